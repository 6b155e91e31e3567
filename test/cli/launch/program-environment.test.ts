import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { programEnvironment } from '../../../src/cli/launch/program-environment.ts';

const NOTHING = { content: false, console: false, otlp: false, envFiles: [] };
const CONTENT = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';

test.each([
  [{}, {}, { LLM_OTEL_CONSOLE: '1' }],
  [{ OTEL_TRACES_EXPORTER: '' }, {}, { OTEL_TRACES_EXPORTER: '', LLM_OTEL_CONSOLE: '1' }],
  [{ OTEL_SERVICE_NAME: 'a' }, {}, { OTEL_SERVICE_NAME: 'a', LLM_OTEL_CONSOLE: '1' }],
  [{ OTEL_TRACES_EXPORTER: 'otlp' }, {}, {}],
  [{ OTEL_METRICS_EXPORTER: 'none' }, {}, {}],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a' }, {}, {}],
  [{ OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=b' }, {}, {}],
  [{ OTEL_CONFIG_FILE: 'a' }, {}, {}],
  [{ LLM_OTEL_CONFIG: 'a' }, {}, {}],
  [{ LLM_OTEL_BACKEND: 'langfuse' }, {}, {}],
  [{ LLM_OTEL_CONSOLE: 'json' }, {}, {}],
  [{}, { otlp: true }, {}],
  [{}, { console: true }, { LLM_OTEL_CONSOLE: '1' }],
  [{ LLM_OTEL_CONSOLE: 'json' }, { console: true }, {}],
  [{ LLM_OTEL_CONSOLE: '0' }, { console: true }, { LLM_OTEL_CONSOLE: '1' }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a' }, { console: true }, { LLM_OTEL_CONSOLE: '1' }],
  [{ OTEL_TRACES_EXPORTER: 'otlp' }, { console: true }, { OTEL_TRACES_EXPORTER: 'otlp,llm-console' }],
  [{ OTEL_TRACES_EXPORTER: 'llm-console' }, { console: true }, {}],
  [{}, { console: true, otlp: true }, { OTEL_TRACES_EXPORTER: 'otlp,llm-console' }],
  [{ OTEL_TRACES_EXPORTER: 'otlp' }, { content: true }, { [CONTENT]: 'SPAN_ONLY' }],
  [{ OTEL_TRACES_EXPORTER: 'otlp', [CONTENT]: '' }, { content: true }, { [CONTENT]: 'SPAN_ONLY' }],
  [{ OTEL_TRACES_EXPORTER: 'otlp', [CONTENT]: 'NO_CONTENT' }, { content: true }, {}],
])('%j with %j', (env, wishes, added) => {
  expect(programEnvironment(env, { ...NOTHING, ...wishes })).toEqual({ ...env, ...added });
});

const folder = mkdtempSync(join(tmpdir(), 'llm-otel-env-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('set variables win over files, and a later file over an earlier one', () => {
  const [first, second] = [join(folder, 'a.env'), join(folder, 'b.env')];
  writeFileSync(first, 'A=first\nB=first\nC=first\n');
  writeFileSync(second, '# a comment\nB="second one"\nOTEL_TRACES_EXPORTER=otlp\n');
  expect(programEnvironment({ A: 'set' }, { ...NOTHING, envFiles: [first, second] })).toEqual({
    A: 'set',
    B: 'second one',
    C: 'first',
    OTEL_TRACES_EXPORTER: 'otlp',
  });
});

test('a file that cannot be read is wrong usage', () => {
  const none = join(folder, 'none.env');
  expect(() => programEnvironment({}, { ...NOTHING, envFiles: [none] })).toThrow(
    `--env-file: "${none}" cannot be read (ENOENT)`,
  );
});
