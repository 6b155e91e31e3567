import { expect, test } from 'vitest';
import { freshWarnings } from '../../support/warnings.ts';

const said = freshWarnings();

const options = () => import('../../../src/config/options.ts');

const CONTENT = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';

test('options of a file go behind options in code and behind variables', async () => {
  const { DEFAULTS, resolveConfig, setFileOptions } = await options();
  setFileOptions({ options: { chunkEvents: 7, cost: false, captureMedia: true }, replacesStandard: true });
  const env = { LLM_OTEL_CHUNK_EVENTS: '9' };
  expect(resolveConfig({ captureMedia: false }, env)).toEqual({
    ...DEFAULTS,
    chunkEvents: 9,
    cost: false,
    captureMedia: false,
  });
});

test('a file of OpenTelemetry replaces variables of OpenTelemetry, a file over the environment does not', async () => {
  const { resolveConfig, setFileOptions } = await options();
  const env = { [CONTENT]: 'EVENT_ONLY' };
  setFileOptions({ options: {}, replacesStandard: true });
  expect(resolveConfig({}, env).captureContent).toBe('NO_CONTENT');
  setFileOptions({ options: { captureContent: 'SPAN_ONLY' }, replacesStandard: false });
  expect(resolveConfig({}, env).captureContent).toBe('EVENT_ONLY');
});

test('a variable that cannot be used leaves the word to the file', async () => {
  const { resolveConfig, setFileOptions } = await options();
  setFileOptions({ options: { chunkEvents: 7 }, replacesStandard: false });
  expect(resolveConfig({}, { LLM_OTEL_CHUNK_EVENTS: 'many' }).chunkEvents).toBe(7);
  expect(said()).toContain('using the configuration file instead.');
});
