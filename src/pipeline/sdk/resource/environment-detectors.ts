/** Detectors of the place in which a process runs: a part of the build, loaded where a detector is on. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers';
import type { Attributes } from '@opentelemetry/api';
import { type Resource, type ResourceDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { workingDirectory } from '../../../runtime/files/working-directory.ts';
import { ignoreRejection } from '../../../runtime/guard.ts';
import { firstLine, warnOnce } from '../../../runtime/log.ts';

/** Where the kernel and Kubernetes keep the files that are read; tests put other folders in place. */
export interface Places {
  readonly proc: string;
  readonly serviceAccount: string;
}

const PLACES: Places = { proc: '/proc/self', serviceAccount: '/var/run/secrets/kubernetes.io/serviceaccount' };

/** Id of a container: 64 hexadecimal digits, in Docker, containerd, CRI-O and Podman. */
const CONTAINER_ID = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;

/** `container.id`, from cgroup v1 or, with cgroup v2, from the mounts of the container. */
export function detectContainer({ proc }: Places = PLACES): Attributes {
  const inGroup = lastId(textOf(join(proc, 'cgroup')));
  const mounts = textOf(join(proc, 'mountinfo'))
    .split('\n')
    // The host name of a container is a file in the folder of the container.
    .filter((line) => /\/(?:containers|sandboxes)\/[^ ]*\/(?:hostname|resolv\.conf)|hostname/.test(line));
  const id = inGroup ?? lastId(mounts.join('\n'));
  return id === undefined ? {} : { 'container.id': id };
}

function lastId(text: string): string | undefined {
  return text.match(CONTAINER_ID)?.at(-1);
}

/** `k8s.*`, from the variables of the downward API and the service account. */
export function detectKubernetes(
  env: Readonly<Record<string, string | undefined>>,
  { serviceAccount }: Places = PLACES,
): Attributes {
  const namespace = env.K8S_NAMESPACE_NAME ?? textOf(join(serviceAccount, 'namespace')).trim();
  const isInside = env.KUBERNETES_SERVICE_HOST !== undefined || namespace !== '';
  const attributes = {
    'k8s.pod.name': env.K8S_POD_NAME ?? (isInside ? hostname() : undefined),
    'k8s.namespace.name': namespace,
    'k8s.node.name': env.K8S_NODE_NAME,
  };
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // not this system, or not inside
  }
}

/** Packages of OpenTelemetry with detectors of clouds. */
const CLOUDS = {
  aws: '@opentelemetry/resource-detector-aws',
  gcp: '@opentelemetry/resource-detector-gcp',
  azure: '@opentelemetry/resource-detector-azure',
  alibaba: '@opentelemetry/resource-detector-alibaba-cloud',
} as const;

/** Name of a detector of a cloud. */
export type CloudName = keyof typeof CLOUDS;

/** Most milliseconds that a detector may take; telemetry is sent without the attributes until then. */
const MOST_MS = 2000;

/** The attributes of a cloud, which come later; empty, with a warning, if the package is not installed. */
export function detectCloud(
  name: CloudName,
  isKept: (attribute: string) => boolean,
  from: string = join(workingDirectory(), 'index.js'),
): Resource[] {
  const module = CLOUDS[name];
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = createRequire(from)(module) as Readonly<Record<string, unknown>>;
  } catch (error) {
    warnOnce(`the resource detector ${name} needs ${module} (${firstLine(error)}). Install it: npm install ${module}.`);
    return [];
  }
  return Object.values(exported)
    .filter(isDetector)
    .flatMap((detector) => detected(name, detector, isKept));
}

const isDetector = (value: unknown): value is ResourceDetector =>
  value !== null && typeof value === 'object' && typeof (value as Partial<ResourceDetector>).detect === 'function';

function detected(name: string, detector: ResourceDetector, isKept: (attribute: string) => boolean): Resource[] {
  try {
    const found = detector.detect();
    if (ignoreRejection(found)) throw new TypeError('detect() returned a promise; expected attributes at once');
    const { attributes = {} } = found;
    const all = Object.entries(attributes);
    for (const [, value] of all) ignoreRejection(value);
    const kept = all.filter(([key]) => isKept(key));
    const limited = kept.map(([key, value]) => [key, withinTime(value)]);
    return [resourceFromAttributes(Object.fromEntries(limited))];
  } catch (error) {
    warnOnce(`the resource detector ${name} failed: ${firstLine(error)}`);
    return [];
  }
}

function withinTime<Value>(value: Value | Promise<Value>): Value | Promise<Value | undefined> {
  if (!(value instanceof Promise)) return value;
  return Promise.race([
    value,
    new Promise<undefined>((resolve) => {
      setTimeout(resolve, MOST_MS, undefined).unref();
    }),
  ]);
}
