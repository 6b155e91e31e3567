import { expect, test } from 'vitest';
import { setFileSwitches, switchedOffBy } from '../../../src/config/instrumentation-switches.ts';
import { SDK_NAMES } from '../../../src/facts/sdk-names.ts';
import { readText, settingsOf } from './files.ts';

/** A file with `features`, and with every feature on. */
const text = (features: string, instance = 'one'): string => `file_format: "1.1"
resource: { attributes: [{ name: service.instance.id, value: "${instance}" }] }
distribution:
  llm_otel:
    auto: true
    runtime_metrics: true
    self_metrics: true
    capture_content: SPAN_ONLY
    features: ${features}
`;

const ON = { auto: true, runtimeMetrics: true, selfMetrics: true };

test.each<[features: string, sdks: object, distribution: object, options: object]>([
  ['{}', {}, {}, {}],
  ['{ openai: false, "@google/genai": true }', { openai: false, 'google-genai': true }, {}, {}],
  ['{ openai: 0, langchain: 1 }', { openai: false, langchain: true }, {}, {}],
  ['{ auto: false, runtime_metrics: 0 }', {}, { auto: false, runtimeMetrics: false }, {}],
  ['{ self_metrics: false, auto: true }', {}, { selfMetrics: false }, {}],
  ['{ capture_content: 0, cost: false }', {}, {}, { captureContent: 'NO_CONTENT', cost: false }],
])('features: %s', (features, sdks, distribution, options) => {
  const settings = settingsOf(text(features));
  expect(settings.sdks).toEqual(sdks);
  expect(settings.distribution).toMatchObject({ ...ON, ...distribution });
  expect(settings.options).toEqual({ captureContent: 'SPAN_ONLY', ...options });
  expect(settings.sdk.selfMetrics).toBe(!('selfMetrics' in distribution));
});

test('a share holds for so many of the processes, always the same', () => {
  const on = (share: number) =>
    Array.from({ length: 500 }, (_, i) => `instance-${i}`).filter(
      (id) => settingsOf(text(`{ openai: ${share} }`, id)).sdks.openai,
    );
  const [tenth, half] = [on(0.1), on(0.5)];
  expect(tenth.length / 500).toBeCloseTo(0.1, 1);
  expect(half.length / 500).toBeCloseTo(0.5, 1);
  // A share that grows keeps the processes that it had.
  expect(half).toEqual(expect.arrayContaining(tenth));
});

test('an unknown name is an error', () => {
  const { problems } = readText(text('{ opnai: false }'));
  expect(problems).toMatchObject([
    {
      line: 9,
      column: 24,
      pointer: '/distribution/llm_otel/features/opnai',
      message: `unknown key "opnai"; expected one of ${[...Object.keys(SDK_NAMES), 'auto'].join(', ')}, runtime_metrics, self_metrics, capture_content, cost, did you mean "openai"?`,
    },
  ]);
});

test.each([
  [{}, 'the configuration file'],
  [{ LLM_OTEL_INSTRUMENTATIONS: 'openai' }, undefined],
  [{ LLM_OTEL_DISABLED_INSTRUMENTATIONS: 'langchain' }, undefined],
  [{ LLM_OTEL_DISABLED_INSTRUMENTATIONS: 'openai' }, 'LLM_OTEL_DISABLED_INSTRUMENTATIONS'],
  [{ OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http' }, 'the configuration file'],
])('a variable of this package goes before the file: %o', (env, off) => {
  setFileSwitches({ openai: false });
  expect(switchedOffBy('openai', env)).toBe(off);
  setFileSwitches({});
});
