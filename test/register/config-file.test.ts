import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { runApplication, WORK } from './application.ts';

const folder = mkdtempSync(join(tmpdir(), 'llm-otel-register-'));
let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Traces alone, to the receiver. */
const traces = (): string => `file_format: "1.1"
resource: { attributes: [{ name: service.name, value: "\${NAME}" }] }
tracer_provider:
  processors:
    - llm_otel_pipeline: { name: main, exporter: { otlp_http: { endpoint: "${receiver.url}/v1/traces" } } }
`;

/** The application ends with a code of its own. */
const END = `${WORK}\nprocess.exitCode = 3;`;

const linesOf = (stderr: string): string[] => stderr.split('\n').filter((line) => line !== '');

describe('a configuration file', () => {
  it('says what is sent and where', async () => {
    const path = file('good.yaml', traces());
    const before = receiver.metrics().length;
    const { code, stderr, stdout } = await runApplication(END, {
      env: { OTEL_CONFIG_FILE: path, NAME: 'shop', OTEL_SERVICE_NAME: 'other', LLM_OTEL_LOG: 'info' },
    });
    expect([code, stdout]).toEqual([3, 'worked\n']);
    expect(receiver.spans().map(({ name }) => name)).toEqual(expect.arrayContaining(['inner', 'outer']));
    expect(receiver.metrics()).toHaveLength(before);
    expect(stderr).toContain(`${path} holds in place of the environment; not read: OTEL_SERVICE_NAME`);
    expect(stderr).toContain('service shop');
    expect(stderr).not.toContain('warning');
  });

  it('gives each pipeline a resource of its own', async () => {
    const exporter = `exporter: { otlp_http: { endpoint: "${receiver.url}/v1/traces" } }`;
    const path = file(
      'resources.yaml',
      `file_format: "1.1"
tracer_provider:
  processors:
    - llm_otel_pipeline: { resource_attributes: [{ name: tier, value: gold }], ${exporter} }
    - batch: { ${exporter} }
`,
    );
    const before = receiver.spans().length;
    await runApplication(WORK, { env: { OTEL_CONFIG_FILE: path } });
    const tiers = receiver
      .spans()
      .slice(before)
      .map(({ name, resource }) => `${name} ${resource.tier}`);
    expect(tiers.toSorted()).toEqual(['inner gold', 'inner undefined', 'outer gold', 'outer undefined']);
  });

  it('gives each pipeline steps of its own, which are checked before the start', async () => {
    const exporter = `exporter: { otlp_http: { endpoint: "${receiver.url}/v1/traces" } }`;
    const shaped = (...steps: readonly string[]): string => `file_format: "1.1"
tracer_provider:
  processors:
    - llm_otel_pipeline:
        steps:
${steps.map((step) => `          - ${step}\n`).join('')}        ${exporter}
    - batch: { ${exporter} }
`;
    file('step.mjs', 'export default ({ add }) => (span) => ({ ...span, name: span.name + add });');
    const good = shaped(
      'filter: { keep: { name: { regex: "^out" } } }',
      'enrich: { attributes: { mail: jo@example.org } }',
      'redact: {}',
      'module: { module: ./step.mjs, options: { add: "!" } }',
    );
    const before = receiver.spans().length;
    const { code, stderr } = await runApplication(END, { env: { OTEL_CONFIG_FILE: file('steps.yaml', good) } });
    expect([code, stderr]).toEqual([3, '']);
    const sent = receiver.spans().slice(before);
    expect(sent.map(({ name, attributes }) => `${name} ${attributes.mail}`).toSorted()).toEqual([
      'inner undefined',
      'outer undefined',
      'outer! [redacted:email]',
    ]);
    const bad = file('bad-steps.yaml', shaped('filter: { drop: { name: { regex: "a(?=b)" } } }', 'redact: { detectors: [mail] }', 'transform: {}')); // biome-ignore format: a row
    const refused = await runApplication(END, { env: { OTEL_CONFIG_FILE: bad } });
    expect(refused.code).toBe(3);
    expect(receiver.spans()).toHaveLength(before + 3);
    const place = '/tracer_provider/processors/0/llm_otel_pipeline/steps';
    expect(linesOf(refused.stderr)).toEqual([
      expect.stringMatching(`^@x/llm-otel: warning: ${bad}:7:35 ${place}/1/redact/detectors/0: "mail" is not known; expected one of all, private_key`), // biome-ignore format: a row
      expect.stringMatching(`^@x/llm-otel: warning: ${bad}:8:24 ${place}/2/transform: there are no keys; expected at least 1 of`), // biome-ignore format: a row
    ]);
  });

  it('loads steps and redaction only where a pipeline has steps', async () => {
    const show = `const { basename } = require('node:path');
console.log(Object.keys(require.cache).map((file) => basename(file)).filter((file) => /steps|redact|re2/.test(file)).sort().join());`;
    const run = async (env: Record<string, string>): Promise<string> => {
      const options = { type: 'cjs', env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...env } } as const;
      return (await runApplication(`${WORK}\n${show}`, options)).stdout;
    };
    expect(await run({})).toBe('worked\n\n');
    expect(await run({ LLM_OTEL_STEPS_DROP_SPANS: 'a' })).toBe('worked\npipeline-steps.cjs\n');
    expect(await run({ LLM_OTEL_STEPS_REDACT: 'all' })).toBe('worked\npipeline-redact.cjs,pipeline-steps.cjs\n');
  });

  it('sends to files and to stdout', async () => {
    const path = file(
      'files.yaml',
      `file_format: "1.1"
tracer_provider:
  processors:
    - batch: { exporter: { llm_otel_file: { path: spans.jsonl } } }
    - simple: { exporter: { otlp_file/development: } }
`,
    );
    const { code, stdout, stderr } = await runApplication(END, { env: { OTEL_CONFIG_FILE: path } });
    const [said, ...requests] = stdout.trim().split('\n');
    expect([code, said, stderr]).toEqual([3, 'worked', '']);
    const namesOf = (lines: readonly string[]): string[] =>
      lines.flatMap((line) => [...line.matchAll(/"name":"(inner|outer)"/g)].map(([, name = '']) => name)).sort();
    expect(namesOf(requests)).toEqual(['inner', 'outer']);
    expect(namesOf(readFileSync(join(folder, 'spans.jsonl'), 'utf8').split('\n'))).toEqual(['inner', 'outer']);
  });

  it('that the experimental variable names is used, with a warning', async () => {
    const path = file('experimental.yaml', 'file_format: "1.0"\n');
    const { code, stderr } = await runApplication(END, {
      env: { OTEL_EXPERIMENTAL_CONFIG_FILE: path, LLM_OTEL_CONFIG: path },
    });
    expect(code).toBe(3);
    expect(linesOf(stderr)).toEqual([
      '@x/llm-otel: warning: OTEL_EXPERIMENTAL_CONFIG_FILE: the name is deprecated; use OTEL_CONFIG_FILE.',
      '@x/llm-otel: warning: LLM_OTEL_CONFIG: OTEL_EXPERIMENTAL_CONFIG_FILE is set too and goes before it; it is not read.',
    ]);
  });

  it('with problems starts nothing: a line a problem, and the application runs', async () => {
    const path = file('bad.yaml', 'file_format: "1.1"\ntracer_provider:\n  procesors: []\ndisabled: 5\nother: 1\n');
    const { code, stdout, stderr } = await runApplication(END, { env: { OTEL_CONFIG_FILE: path } });
    expect([code, stdout]).toEqual([3, 'worked\n']);
    expect(linesOf(stderr)).toEqual([
      `@x/llm-otel: warning: ${path}:3:3 /tracer_provider/procesors: unknown key "procesors"; expected one of processors, limits, sampler, id_generator, tracer_configurator/development, did you mean "processors"?`,
      `@x/llm-otel: warning: ${path}:4:11 /disabled: it is a number; expected true or false`,
      `@x/llm-otel: warning: ${path}:5:1 /other: unknown key "other"; expected one of file_format, disabled, log_level, attribute_limits, logger_provider, meter_provider, propagator, tracer_provider, resource, instrumentation/development, distribution`,
    ]);
  });

  it('that is not there starts nothing', async () => {
    const { code, stdout, stderr } = await runApplication(END, {
      type: 'cjs',
      env: { LLM_OTEL_CONFIG: '/nowhere.yaml' },
    });
    expect([code, stdout]).toEqual([3, 'worked\n']);
    expect(linesOf(stderr)).toEqual([
      '@x/llm-otel: warning: /nowhere.yaml:1:1 /: the file does not exist; expected a YAML or JSON file',
    ]);
  });

  it('that is disabled, or beside OTEL_SDK_DISABLED, starts nothing', async () => {
    const count = receiver.spans().length;
    const disabled = file('disabled.yaml', `${traces()}disabled: true\n`);
    const good = file('switch.yaml', traces());
    const runs = await Promise.all([
      runApplication(END, { env: { OTEL_CONFIG_FILE: disabled } }),
      runApplication(END, { env: { OTEL_CONFIG_FILE: good, OTEL_SDK_DISABLED: 'true' } }),
    ]);
    expect(runs.map(({ code, stderr }) => [code, stderr])).toEqual([
      [3, ''],
      [3, ''],
    ]);
    expect(receiver.spans()).toHaveLength(count);
  });

  it('that no variable names is not looked for, and nothing that reads files is loaded', async () => {
    const show = `console.log(Object.keys(require.cache).filter((file) => /yaml|config-file/.test(file)).length);`;
    const { stdout } = await runApplication(show, { type: 'cjs' });
    expect(stdout).toBe('0\n');
  });

  it('is checked by validateConfig', async () => {
    const body = `
      const { validateConfig } = require('@x/llm-otel/register');
      console.log(JSON.stringify(validateConfig('file_format: "1.1"\\ndisabled: 1', { file: 'a.yaml' })));`;
    const { stdout } = await runApplication(body, { env: { OTEL_SDK_DISABLED: 'true' } });
    expect(JSON.parse(stdout)).toEqual([
      { file: 'a.yaml', line: 2, column: 11, pointer: '/disabled', message: 'it is a number; expected true or false' },
    ]);
  });
});
