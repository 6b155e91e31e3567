import { hostname, release, type as systemName } from 'node:os';
import type { Attributes } from '@opentelemetry/api';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { DetectorName, ResourceSettings } from '../../../config/sdk/resource-settings.ts';
import { instanceId } from '../../../config/start/instance-id.ts';
import { nameFilter } from '../../../runtime/glob.ts';
import { info } from '../../../runtime/log.ts';
import { environment } from '../../../runtime/platform.ts';
import { VERSION } from '../../../runtime/version.ts';
import { load } from '../../load.ts';
import { checkAttributes } from './check-attributes.ts';
import type { CloudName } from './environment-detectors.ts';
import { nearestPackage } from './package-file.ts';

type Detectors = typeof import('./environment-detectors.ts');

const detectors = (): Detectors => load<Detectors>('pipeline-detectors');

const UNKNOWN = 'unknown_service:node';
/** Holds secrets often: recorded only where a configuration file includes the attribute by this name. */
const COMMAND_ARGS = 'process.command_args';
const OS_TYPES: Readonly<Record<string, string>> = { Linux: 'linux', Darwin: 'darwin', Windows_NT: 'windows' };

/** What each detector finds at once. */
const DETECTORS: Readonly<Record<Exclude<DetectorName, CloudName>, (settings: ResourceSettings) => Attributes>> = {
  env: () => ({}), // the attributes of the user come last
  host: () => ({ 'host.name': hostname(), 'host.arch': process.arch === 'x64' ? 'amd64' : process.arch }),
  os: () => ({ 'os.type': OS_TYPES[systemName()] ?? systemName().toLowerCase(), 'os.version': release() }),
  process: ({ detected }) => ({
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    ...(detected?.included?.includes(COMMAND_ARGS) === true ? { [COMMAND_ARGS]: [...process.argv] } : {}),
  }),
  serviceinstance: () => ({ 'service.instance.id': instanceId() }),
  service: ({ serviceName }) => {
    const { name, version } = nearestPackage() ?? {};
    // The version in package.json is the version of another service where the user names the service.
    const isNamed = serviceName !== undefined && serviceName !== name;
    return { 'service.name': name, ...(isNamed ? {} : { 'service.version': version }) };
  },
  container: () => detectors().detectContainer(),
  k8s: () => detectors().detectKubernetes(environment()),
};

const isAtOnce = (name: DetectorName): name is keyof typeof DETECTORS => Object.hasOwn(DETECTORS, name);

/**
 * The source of the telemetry. Detectors of clouds bring their attributes later: telemetry is sent without such attributes until
 * then, because a resource that holds back the last batch of a process loses the batch.
 */
export function createResource(settings: ResourceSettings): Resource {
  const { serviceName, attributes, schemaUrl, detectors: names, detected } = settings;
  const isKept = nameFilter(detected ?? {});
  const found = Object.assign({}, ...names.filter(isAtOnce).map((name) => DETECTORS[name](settings))) as Attributes;
  const kept = Object.fromEntries(Object.entries(found).filter(([name]) => isKept(name)));
  const checked = checkAttributes({
    'service.name': UNKNOWN,
    ...withoutUndefined(kept),
    'telemetry.distro.name': '@x/llm-otel',
    'telemetry.distro.version': VERSION,
    ...attributes,
    ...(serviceName === undefined ? {} : { 'service.name': serviceName }),
  });
  if (checked['service.name'] === UNKNOWN)
    // No warning: a script of a few lines has no name, and runs as it did.
    info(`the service has no name, ${UNKNOWN} is used. Set OTEL_SERVICE_NAME, or a name in package.json.`);
  const clouds = names.filter((name): name is CloudName => !isAtOnce(name));
  const later = clouds.flatMap((name) => detectors().detectCloud(name, isKept));
  const own = resourceFromAttributes(checked, schemaUrl === undefined ? {} : { schemaUrl });
  const resource = [...later, own].reduce((all, next) => all.merge(next), defaultResource());
  void resource.waitForAsyncAttributes?.().catch(() => {});
  return resource;
}

function withoutUndefined(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
