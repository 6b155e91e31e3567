import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { runApplication, WORK } from './application.ts';

const folder = mkdtempSync(join(tmpdir(), 'llm-otel-'));
const NONE = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
const spansOf = (text: string): string[] => [...text.matchAll(/"name":"(inner|outer)"/g)].map(([, name = '']) => name);

describe.concurrent('exporters by environment', () => {
  it('otlp/file writes what the process has recorded, for its user alone', async () => {
    const path = join(folder, 'spans.jsonl');
    const { stderr } = await runApplication(WORK, {
      env: { ...NONE, OTEL_TRACES_EXPORTER: 'otlp/file', LLM_OTEL_FILE: path },
    });
    expect(spansOf(readFileSync(path, 'utf8')).sort()).toEqual(['inner', 'outer']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(stderr).toBe('');
  });

  it('otlp/file without a path is left out with a warning', async () => {
    const { stdout, stderr } = await runApplication(WORK, { env: { ...NONE, OTEL_TRACES_EXPORTER: 'otlp/file' } });
    expect(stdout.trim()).toBe('worked');
    expect(stderr).toContain('Set LLM_OTEL_FILE');
  });

  it('otlp/stdout writes a line of OTLP JSON', async () => {
    const { stdout } = await runApplication(WORK, { env: { ...NONE, OTEL_TRACES_EXPORTER: 'otlp/stdout' } });
    const lines = stdout.trim().split('\n');
    const json = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    expect(spansOf(JSON.stringify(json)).sort()).toEqual(['inner', 'outer']);
  });

  it('a module gets spans and metrics, once for each', async () => {
    const module = join(folder, 'exporter.mjs');
    writeFileSync(
      module,
      `import { writeSync } from 'node:fs';
       export default (options, { signal, name, resource }) => ({
         export(items, done) { writeSync(1, 'got ' + signal + ' ' + name + ' ' + resource['service.name'] + ' ' + (Array.isArray(items) ? items.length : items.scopeMetrics[0].metrics[0].descriptor.name) + '\\n'); done({ code: 0 }); },
         async shutdown() {},
       });`,
    );
    const env = { OTEL_TRACES_EXPORTER: `module:${module}`, OTEL_METRICS_EXPORTER: `module:${module}` };
    const { stdout } = await runApplication(WORK, { env: { ...NONE, ...env, OTEL_SERVICE_NAME: 'shop' } });
    const got = stdout.split('\n').filter((line) => line.startsWith('got '));
    expect(got.sort()).toEqual(['got metrics module shop hits', 'got traces module shop 2']);
  });

  it('a module that does not exist is left out, and the others run', async () => {
    const receiver = await startOtlpReceiver();
    const { stderr } = await runApplication(WORK, {
      env: { ...NONE, OTEL_TRACES_EXPORTER: 'module:./none.cjs,otlp', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    });
    expect(receiver.spans()).toHaveLength(2);
    expect(stderr).toContain('the pipeline module of traces is left out');
    await receiver.close();
  });
});

describe.concurrent('about the pipelines', () => {
  it('OTEL_NODE_EXPERIMENTAL_SDK_METRICS records metrics of the SDK, and nothing about its requests', async () => {
    const receiver = await startOtlpReceiver();
    const { stderr } = await runApplication(WORK, {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_NODE_EXPERIMENTAL_SDK_METRICS: 'true' },
    });
    const names = receiver.metrics().map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['hits', 'otel.sdk.span.started', 'llm_otel.pipeline.queue.bytes']));
    expect(receiver.spans()).toHaveLength(2);
    expect(stderr).toBe('');
    await receiver.close();
  });

  it('without the variable there are no such metrics', async () => {
    const receiver = await startOtlpReceiver();
    await runApplication(WORK, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    expect(new Set(receiver.metrics().map(({ name }) => name))).toEqual(new Set(['hits']));
    await receiver.close();
  });

  it('LLM_OTEL_LOG=info tells at exit what became of the spans', async () => {
    const receiver = await startOtlpReceiver();
    const env = { ...NONE, OTEL_TRACES_EXPORTER: 'otlp', LLM_OTEL_LOG: 'info' };
    const sent = await runApplication(WORK, { env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    expect(sent.stderr).toMatch(/: 0 model calls; pipeline otlp: 2 spans sent, 0 lost\n$/);
    await receiver.close();
    const lost = await runApplication(WORK, {
      env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', LLM_OTEL_EXIT_TIMEOUT: '200' },
    });
    expect(lost.stderr).toMatch(/: 0 model calls; pipeline otlp: 0 spans sent, 2 lost \(2 shutdown\)\n$/);
  });
});
