import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { problemLine, validateConfig } from '../../src/pipeline/config-file.ts';
import { runCli } from './run-cli.ts';
import '../pipeline/support/parts.ts';

vi.mock(import('../../src/pipeline/load.ts'), () => import('../pipeline/support/load.ts'));

const folder = mkdtempSync(join(tmpdir(), 'llm-otel-cli-'));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const SECRET = 'hunter2-hunter2';

const FULL = `file_format: "1.1"
log_level: warn
resource:
  attributes:
    - { name: service.name, value: "\${NAME:-shop}" }
  attributes_list: team=a
propagator: { composite: [{ b3: }] }
attribute_limits: { attribute_count_limit: 64 }
tracer_provider:
  processors:
    - llm_otel_pipeline:
        batch: { max_queue_size: 100 }
        breaker: null
        steps: [{ redact: { detectors: all } }]
        spool: { directory: ./spool }
        resource_attributes: [{ name: tier, value: 1 }]
        exporter:
          otlp_http:
            endpoint: https://me:${SECRET}@example.com/v1/traces?key=${SECRET}
            headers: [{ name: authorization, value: ${SECRET} }]
    - simple: { exporter: { console: } }
    - batch: { exporter: { llm_otel_module: { module: ./x.mjs, options: { apiKey: ${SECRET} } } } }
    - batch: { exporter: { llm_otel_file: { path: x.jsonl } } }
    - batch: { exporter: { otlp_file/development: } }
    - batch: { exporter: { zipkin: } }
    - batch: { exporter: { llm_otel_memory: } }
    - batch: { exporter: { llm_otel_console: { output: json } } }
  sampler: { parent_based: { root: { llm_otel_adaptive: { traces_per_second: 5 } } } }
logger_provider: { processors: [{ batch: { exporter: { otlp_grpc: { headers_list: "a=${SECRET}" } } } }] }
meter_provider:
  readers:
    - periodic: { exporter: { console: }, cardinality_limits: { default: 5 } }
    - pull:
        cardinality_limits: { default: 7 }
        exporter:
          prometheus/development:
            port: 9999
            resource_constant_labels: { included: ["service.*"], excluded: ["*.id"] }
            translation_strategy: no_translation/development
  views: [{ selector: { instrument_name: a }, stream: { name: b } }]
distribution: { llm_otel: { chunk_events: 5, features: { openai: false } } }
`;

describe('config', () => {
  test('prints a file that can be used, with the source of each value', async () => {
    const path = file('full.yaml', FULL);
    const { code, stdout, stderr } = await runCli(['config'], {
      env: {
        OTEL_CONFIG_FILE: path,
        NAME: 'store',
        OTEL_SERVICE_NAME: 'x',
        LLM_OTEL_CHUNK_EVENTS: '9',
        LLM_OTEL_AUTO: 'http',
        LLM_OTEL_TAIL: 'error',
      },
    });
    expect(code).toBe(0);
    expect(validateConfig(stdout, { file: 'printed.yaml' }).map(problemLine)).toEqual([]);
    expect(stdout).not.toContain('hunter2');
    expect(stderr.split('\n')).toEqual([
      expect.stringContaining(`llm-otel: LLM_OTEL_TAIL: the configuration file ${path} goes before it`),
      `llm-otel: ${path} holds in place of the environment; not read: OTEL_SERVICE_NAME`,
      '',
    ]);
    for (const line of [
      'value: "store" # from NAME',
      `value: "a" # from ${path}:6`,
      `composite_list: "b3" # from ${path}:7`,
      `max_queue_size: 100 # from ${path}:12`,
      'schedule_delay: 5000 # from default',
      `breaker: null # from ${path}:13`,
      `value: "***" # from ${path}:20`,
      'endpoint: "https://example.com/v1/traces" # from',
      `attribute_count_limit: 64 # from ${path}:8`,
      'chunk_events: 9 # from LLM_OTEL_CHUNK_EVENTS',
      'auto: ["http"] # from LLM_OTEL_AUTO',
      'translation_strategy: "no_translation/development" # from',
      'resource_constant_labels: {"included":["service.*"],"excluded":["*.id"]} # from',
      `"options": {"apiKey":"***"}`.replaceAll('"options"', 'options'),
    ])
      expect(stdout).toContain(line);
  });

  test('prints what the environment says', async () => {
    const { code, stdout } = await runCli(['config'], {
      env: {
        OTEL_TRACES_EXPORTER: 'otlp,console',
        OTEL_METRICS_EXPORTER: 'prometheus',
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_HEADERS: `api-key=${SECRET}`,
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.5',
        LLM_OTEL_SPOOL: folder,
      },
    });
    expect(code).toBe(0);
    expect(validateConfig(stdout, { file: 'printed.yaml' }).map(problemLine)).toEqual([]);
    expect(stdout).not.toContain('hunter2');
    for (const line of [
      'name: "otlp" # from OTEL_TRACES_EXPORTER',
      'otlp_grpc:',
      'value: "***" # from OTEL_EXPORTER_OTLP_HEADERS',
      'ratio: 0.5 # from OTEL_TRACES_SAMPLER_ARG',
      `directory: ${JSON.stringify(folder)} # from LLM_OTEL_SPOOL`,
      'prometheus/development:',
    ])
      expect(stdout).toContain(line);
    expect(stdout).not.toContain('logger_provider');
  });

  test('prints what LLM_OTEL_BACKEND stands for', async () => {
    const env = { LLM_OTEL_BACKEND: 'arize', ARIZE_SPACE_ID: 'room', ARIZE_API_KEY: SECRET, LLM_OTEL_LOG: 'warn' };
    const { code, stdout, stderr } = await runCli(['config'], { env });
    expect([code, stderr]).toEqual([0, '']);
    expect(validateConfig(stdout, { file: 'printed.yaml' }).map(problemLine)).toEqual([]);
    expect(stdout).not.toContain('hunter2');
    for (const line of [
      'name: "otlp" # from LLM_OTEL_BACKEND',
      'steps: [{"preset":{"name":"openinference","mode":"copy"}}] # from LLM_OTEL_BACKEND',
      'endpoint: "https://otlp.arize.com/v1/traces" # from LLM_OTEL_BACKEND',
      'value: "***" # from LLM_OTEL_BACKEND',
      'value: "default" # from LLM_OTEL_BACKEND',
      'timeout: 10000 # from default',
    ])
      expect(stdout).toContain(line);
    expect(stdout).not.toMatch(/logger_provider|meter_provider/);
    const own = await runCli(['config'], { env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://own' } });
    expect(own.stdout).toContain('endpoint: "http://own/v1/traces" # from OTEL_EXPORTER_OTLP_ENDPOINT');
  });

  test('a file replaces LLM_OTEL_BACKEND, and no key of the product is missing', async () => {
    const path = file('replaced.yaml', FULL);
    const env = { OTEL_CONFIG_FILE: path, LLM_OTEL_BACKEND: 'langfuse' };
    const { stdout, stderr } = await runCli(['config'], { env });
    expect(stderr).toContain(`llm-otel: LLM_OTEL_BACKEND: the configuration file ${path} goes before it; remove the`);
    expect(stderr).not.toContain('LANGFUSE');
    expect(stdout).not.toMatch(/LLM_OTEL_BACKEND|langfuse/);
  });

  test('a file over the environment shows both', async () => {
    const path = file('overlay.yaml', 'propagator: { composite_list: b3 }\n');
    const { code, stdout } = await runCli(['config'], {
      env: { LLM_OTEL_CONFIG: path, OTEL_BSP_SCHEDULE_DELAY: '7', OTEL_PROPAGATORS: 'b3multi' },
    });
    expect(code).toBe(0);
    expect(stdout).toContain(`composite_list: "b3" # from ${path}:1`);
    expect(stdout).toContain('schedule_delay: 7 # from OTEL_BSP_SCHEDULE_DELAY');
  });

  test('--check ends with 1 for a file with problems, and prints none of its configuration', async () => {
    const path = file('bad.yaml', 'file_format: "1.1"\ndisabled: 5\n');
    const { code, stdout, stderr } = await runCli(['config', '--check', path], {
      env: { OTEL_CONFIG_FILE: '/nowhere' },
    });
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      `llm-otel: ${path}:2:11 /disabled: it is a number; expected true or false\n`,
    ]);
    const good = file('good.yaml', 'file_format: "1.1"\n');
    expect((await runCli(['config', `--check=${good}`])).code).toBe(0);
  });

  test('prints the steps of variables and of the file, with the sources of both', async () => {
    const path = file('steps.yaml', FULL);
    const env = { OTEL_CONFIG_FILE: path, LLM_OTEL_STEPS_DROP_ATTRIBUTES: 'debug.*', LLM_OTEL_HASH_KEY: SECRET };
    const { stdout } = await runCli(['config'], { env });
    const lines = stdout.split('\n').filter((line) => line.trim().startsWith('steps:'));
    const drop = '{"attributes":{"drop":["debug.*"]}}';
    expect(lines[0]?.trim()).toBe(
      `steps: [${drop},{"redact":{"detectors":"all"}}] # from LLM_OTEL_STEPS_DROP_ATTRIBUTES, ${path}:14`,
    );
    // Pipelines of the standard and pipelines of log records have the steps of variables too.
    expect(lines.slice(1).map((line) => line.trim())).toEqual(
      lines.slice(1).map(() => `steps: [${drop}] # from LLM_OTEL_STEPS_DROP_ATTRIBUTES`),
    );
    expect(lines.length).toBeGreaterThan(5);
    expect(stdout).not.toContain(SECRET);
    const printed = (await runCli(['config'], { env: { LLM_OTEL_STEPS_LLM_ONLY: 'true' } })).stdout;
    expect(printed).toContain('steps: [{"filter":{"llm_only":true}}] # from LLM_OTEL_STEPS_LLM_ONLY');
    expect(validateConfig(printed, { file: 'printed.yaml' }).map(problemLine)).toEqual([]);
  });
});
