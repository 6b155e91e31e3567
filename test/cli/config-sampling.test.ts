import { expect, test } from 'vitest';
import { effectiveConfig } from '../../src/cli/config/effective-config.ts';
import { yamlLines } from '../../src/cli/config/entry.ts';
import { sdkSettings } from '../../src/config/sdk/sdk-settings.ts';
import { problemLine, validateConfig } from '../../src/pipeline/config-file.ts';
import { readText } from '../config/file/files.ts';

/** The printed configuration of a file, or of the environment alone. */
function printed(env: Record<string, string>, text?: string): string {
  const file = text === undefined ? undefined : readText(text, env);
  const sdk = file?.settings?.sdk ?? sdkSettings(env);
  const { root, settings } = file ?? {};
  const lines = yamlLines(effectiveConfig({ sdk, env, file: 'otel.yaml', root, settings, isOverlay: false }));
  const all = lines.join('\n');
  // What is printed can be read again, and says the same.
  expect(validateConfig(all, { file: 'printed.yaml' }).map(problemLine)).toEqual([]);
  const again = readText(all).settings?.sdk.traces;
  expect(again?.sampler).toEqual(sdk.traces?.sampler);
  return all.replaceAll(/^ +/gm, '');
}

test('the environment', () => {
  const text = printed({
    LLM_OTEL_SAMPLER: 'rate_limiting',
    LLM_OTEL_SAMPLER_ARG: 'traces_per_second=5,key=user.id',
    LLM_OTEL_TAIL: 'error,ratio=0.1',
  });
  for (const line of [
    'sampler: # from LLM_OTEL_SAMPLER',
    'root: # from LLM_OTEL_SAMPLER',
    'llm_otel_rate_limiting:',
    'traces_per_second: 5 # from LLM_OTEL_SAMPLER_ARG',
    'key: "user.id" # from LLM_OTEL_SAMPLER_ARG',
    'tail:',
    'decision_wait: 30000 # from default',
    '- name: "error" # from LLM_OTEL_TAIL',
    'keep: {"status":"error"} # from LLM_OTEL_TAIL',
    'ratio: 0.1 # from LLM_OTEL_TAIL',
  ])
    expect(text).toContain(line);
});

const SAMPLERS = {
  adaptive: [
    'llm_otel_adaptive: { traces_per_second: 5, max: 0.5 }',
    'max: 0.5 # from otel.yaml:5',
    'min: 0 # from default',
  ],
  rules: [
    'llm_otel_rules: { rules: [{ name: a, match: { name: x }, sampler: { llm_otel_adaptive: { traces_per_second: 2 } } }], fallback: { trace_id_ratio_based: { ratio: 0.5 } } }',
    '- name: "a" # from otel.yaml:5',
    'match: {"name":"x"} # from otel.yaml:5',
    'traces_per_second: 2 # from otel.yaml:5',
    'ratio: 0.5 # from otel.yaml:5',
  ],
  joined: [
    'llm_otel_any: { samplers: [{ llm_otel_all: { samplers: [{ always_off: }] } }, { llm_otel_rate_limiting: { traces_per_second: 3 } }] }',
    '- llm_otel_all:',
    '- always_off: {}',
    'traces_per_second: 3 # from otel.yaml:5',
    'burst: 3 # from default',
  ],
  composite: [
    'composite/development: { parent_threshold: { root: { rule_based: { rules: [{ span_kinds: [client], sampler: { probability: { ratio: 0.25 } } }, { sampler: { llm_otel_any: { samplers: [{ always_on: }] } } }] } } } }',
    '- span_kinds: ["client"] # from otel.yaml:5',
    'ratio: 0.25 # from otel.yaml:5',
    'parent_threshold:',
  ],
} as const;

test.each(Object.entries(SAMPLERS))('a file: %s', (_, [sampler, ...lines]) => {
  const text = printed(
    { LLM_OTEL_SAMPLER: 'adaptive', LLM_OTEL_SAMPLER_ARG: '7', LLM_OTEL_TAIL: 'ratio=1' },
    `file_format: "1.1"
tracer_provider:
  processors: [{ llm_otel_pipeline: { tail: { policies: [{ name: e, rate: 5 }], decided: 7 }, exporter: { console: } } }]
  sampler:
    ${sampler}
`,
  );
  for (const line of [...lines, 'decided: 7 # from otel.yaml:3', 'rate: 5 # from otel.yaml:3'])
    expect(text).toContain(line);
  expect(text).not.toContain('LLM_OTEL_');
});

test('a module with its secrets masked', () => {
  const text = `file_format: "1.1"
tracer_provider: { processors: [{ simple: { exporter: { console: } } }], sampler: { llm_otel_module: { module: ./s.mjs, options: { apiKey: hunter2-hunter2 } } } }
`;
  const { settings, root } = readText(text);
  if (settings === undefined) throw new Error('unusable');
  const effective = { sdk: settings.sdk, env: {}, file: 'otel.yaml', root, settings, isOverlay: false };
  const lines = yamlLines(effectiveConfig(effective)).map((line) => line.trim());
  expect(lines).toContain('module: "./s.mjs" # from otel.yaml:2');
  expect(lines).toContain('options: {"apiKey":"***"} # from otel.yaml:2');
});
