import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { resourceSettings } from '../../../../src/config/sdk/resource-settings.ts';
import { checkAttributes } from '../../../../src/pipeline/sdk/resource/check-attributes.ts';
import { createResource } from '../../../../src/pipeline/sdk/resource/create-resource.ts';
import {
  detectCloud,
  detectContainer,
  detectKubernetes,
} from '../../../../src/pipeline/sdk/resource/environment-detectors.ts';
import * as log from '../../../../src/runtime/log.ts';
import '../../support/parts.ts';

vi.mock(import('../../../../src/pipeline/load.ts'), () => import('../../support/load.ts'));

const folder = mkdtempSync(join(tmpdir(), 'resource-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(path: string, text: string): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

const warnings: string[] = [];
const main = process.argv[1];
beforeEach(() => {
  warnings.length = 0;
  vi.spyOn(log, 'warnOnce').mockImplementation((message) => void warnings.push(message));
  process.argv[1] = file('app/main.js', '');
});
afterEach(() => {
  vi.restoreAllMocks();
  process.argv[1] = main ?? '';
});

const attributesWith = (env: Readonly<Record<string, string>>) => createResource(resourceSettings(env)).attributes;

describe('the service', () => {
  test('has name and version of the nearest package.json', () => {
    process.argv[1] = file('shop/dist/main.js', '');
    file('shop/package.json', '{"name": "shop", "version": "1.2.3"}');
    expect(attributesWith({})).toMatchObject({ 'service.name': 'shop', 'service.version': '1.2.3' });
    expect(warnings).toEqual([]);
  });

  test('has the name of the user, and then not the version of package.json', () => {
    process.argv[1] = file('shop/dist/main.js', '');
    file('shop/package.json', '{"name": "shop", "version": "1.2.3"}');
    const attributes = attributesWith({ OTEL_SERVICE_NAME: 'cart' });
    expect(attributes['service.name']).toBe('cart');
    expect(attributes).not.toHaveProperty('service.version');
  });

  test('without a name is told at the level info, and has no warning', () => {
    const said = vi.spyOn(log, 'info').mockImplementation(() => {});
    expect(attributesWith({})['service.name']).toBe('unknown_service:node');
    expect(said).toHaveBeenCalledWith(expect.stringContaining('Set OTEL_SERVICE_NAME'));
    expect(warnings).toEqual([]);
  });

  test.each([
    ['no JSON', '{'],
    ['no name', '{}'],
    ['no text', '{"name": 7}'],
  ])('%s is no name', (_what, text) => {
    process.argv[1] = file('odd/main.js', '');
    file('odd/package.json', text);
    expect(attributesWith({})['service.name']).toBe('unknown_service:node');
  });
});

test('OTEL_NODE_RESOURCE_DETECTORS says what is detected', () => {
  const attributes = attributesWith({ OTEL_NODE_RESOURCE_DETECTORS: 'os,serviceinstance', OTEL_SERVICE_NAME: 'shop' });
  expect(Object.keys(attributes).filter((name) => !name.startsWith('telemetry.'))).toEqual([
    'service.name',
    'os.type',
    'os.version',
    'service.instance.id',
  ]);
});

test('none, and then the variables of attributes say nothing either', () => {
  const attributes = attributesWith({ OTEL_NODE_RESOURCE_DETECTORS: 'none', OTEL_RESOURCE_ATTRIBUTES: 'team=ml' });
  expect(Object.keys(attributes).filter((name) => !name.startsWith('telemetry.'))).toEqual(['service.name']);
});

test('an unknown detector is named', async () => {
  const unusable = await import('../../../../src/config/unusable-value.ts');
  const said = vi.spyOn(unusable, 'warnUnusable').mockImplementation(() => {});
  resourceSettings({ OTEL_NODE_RESOURCE_DETECTORS: 'hosts' });
  expect(said.mock.calls[0]?.slice(0, 2)).toEqual(['OTEL_NODE_RESOURCE_DETECTORS', 'hosts']);
});

describe('attributes of the user', () => {
  test.each<[string, unknown, unknown, RegExp | undefined]>([
    ['a text', 'x', 'x', undefined],
    ['numbers', [1, 2], [1, 2], undefined],
    ['nothing', undefined, undefined, undefined],
    ['an object', { a: 1 }, undefined, /resource attribute key is left out/],
    ['a mixed list', [1, 'a'], undefined, /left out/],
    ['a nested list', [[1]], undefined, /left out/],
    ['a long text', 'x'.repeat(5000), 'x'.repeat(4096), /is cut/],
  ])('%s', (_what, value, expected, warning) => {
    expect(checkAttributes({ key: value as string }).key).toEqual(expected);
    expect(warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
  });

  test('a long key is left out', () => {
    expect(checkAttributes({ ['k'.repeat(256)]: 1, ['k'.repeat(255)]: 2 })).toEqual({ ['k'.repeat(255)]: 2 });
    expect(warnings).toHaveLength(1);
  });
});

const ID = 'a1b2c3d4'.repeat(8);
test.each([
  ['cgroup v1 of Docker', 'cgroup', `12:cpuset:/docker/${ID}\n`, ID],
  ['cgroup v1 of Kubernetes', 'cgroup', `1:name=systemd:/kubepods/besteffort/pod1/cri-containerd-${ID}.scope\n`, ID],
  [
    'cgroup v2',
    'mountinfo',
    `1 2 3:4 /var/lib/docker/containers/${ID}/hostname /etc/hostname rw - ext4 /dev/a rw\n`,
    ID,
  ],
  [
    'cgroup v2 of containerd',
    'mountinfo',
    `1 2 3:4 /x/sandboxes/${ID}/hostname /etc/hostname rw - ext4 /dev/a rw\n`,
    ID,
  ],
  ['no container', 'cgroup', '0::/user.slice\n', undefined],
  ['no container with a long mount', 'mountinfo', `1 2 3:4 /snap/${ID} /mnt rw - ext4 /dev/a rw\n`, undefined],
])('a container: %s', (name, path, text, id) => {
  const proc = dirname(file(`proc-${name}/${path}`, text));
  expect(detectContainer({ proc, serviceAccount: folder })).toEqual(id === undefined ? {} : { 'container.id': id });
});

describe('Kubernetes', () => {
  const places = { proc: folder, serviceAccount: join(folder, 'account') };

  test('names pod, namespace and node of the downward API', () => {
    const env = { K8S_POD_NAME: 'shop-1', K8S_NAMESPACE_NAME: 'prod', K8S_NODE_NAME: 'node-7' };
    expect(detectKubernetes(env, places)).toEqual({
      'k8s.pod.name': 'shop-1',
      'k8s.namespace.name': 'prod',
      'k8s.node.name': 'node-7',
    });
  });

  test('takes the namespace of the service account', () => {
    file('account/namespace', 'prod\n');
    expect(detectKubernetes({ K8S_POD_NAME: 'shop-1' }, places)).toMatchObject({ 'k8s.namespace.name': 'prod' });
  });

  test('is nothing outside', () => {
    expect(detectKubernetes({}, { proc: folder, serviceAccount: join(folder, 'nowhere') })).toEqual({});
  });
});

describe('clouds', () => {
  test('without the package of OpenTelemetry a warning names the package', () => {
    expect(detectCloud('aws', () => true, join(folder, 'index.js'))).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('npm install @opentelemetry/resource-detector-aws')]);
  });

  test('the wait for attributes ends although a test of the application has replaced the timers', async () => {
    file(
      'node_modules/@opentelemetry/resource-detector-azure/index.js',
      `exports.d = { detect: () => ({ attributes: { 'cloud.zone': new Promise(() => {}) } }) };`,
    );
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      expect(detectCloud('azure', () => true, join(folder, 'index.js'))).toHaveLength(1);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('attributes come later, and a detector that throws takes nothing with it', async () => {
    file(
      'node_modules/@opentelemetry/resource-detector-gcp/index.js',
      `exports.broken = { detect() { throw new Error('no'); } };
       exports.gcpDetector = { detect: () => ({ attributes: { 'cloud.zone': Promise.resolve('a'), 'cloud.secret': 'x' } }) };`,
    );
    const [resource] = detectCloud('gcp', (name) => name !== 'cloud.secret', join(folder, 'index.js'));
    await resource?.waitForAsyncAttributes?.();
    expect(resource?.attributes).toEqual({ 'cloud.zone': 'a' });
    expect(warnings).toEqual([expect.stringContaining('the resource detector gcp failed: Error: no')]);
  });

  test('promises that reject do not end the process, also promises of attributes that are left out', async () => {
    const rejected = vi.fn();
    process.on('unhandledRejection', rejected);
    file(
      'node_modules/@opentelemetry/resource-detector-alibaba-cloud/index.js',
      `const no = async () => { throw new Error('no'); };
       exports.asynchronous = { detect: no };
       exports.alibabaDetector = { detect: () => ({ attributes: { 'cloud.zone': no(), 'cloud.secret': no(), 'cloud.region': 'a' } }) };`,
    );
    const [resource] = detectCloud('alibaba', (name) => name !== 'cloud.secret', join(folder, 'index.js'));
    await resource?.waitForAsyncAttributes?.();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', rejected);
    expect(resource?.attributes).toEqual({ 'cloud.region': 'a' });
    expect(warnings).toEqual([expect.stringContaining('detect() returned a promise; expected attributes at once')]);
    expect(rejected).not.toHaveBeenCalled();
  });
});
