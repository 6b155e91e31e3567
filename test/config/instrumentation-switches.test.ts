import { expect, it } from 'vitest';
import { sdks } from '../../src/providers/sdks.ts';
import { runNode } from '../support/spawn.ts';
import { freshWarnings } from '../support/warnings.ts';

const said = freshWarnings();

it('has the names of the registry', async () => {
  const { SDK_NAMES } = await import('../../src/facts/sdk-names.ts');
  expect(SDK_NAMES).toEqual(Object.fromEntries(Object.values(sdks).map(({ name, module }) => [name, module])));
});

const ENABLED = 'LLM_OTEL_INSTRUMENTATIONS';
const DISABLED = 'LLM_OTEL_DISABLED_INSTRUMENTATIONS';
const NODE_ENABLED = 'OTEL_NODE_ENABLED_INSTRUMENTATIONS';
const NODE_DISABLED = 'OTEL_NODE_DISABLED_INSTRUMENTATIONS';

it.each<[env: Record<string, string>, openai: string | undefined, langchain: string | undefined, warning?: string]>([
  [{}, undefined, undefined],
  [{ [ENABLED]: 'openai,anthropic' }, undefined, ENABLED],
  [{ [ENABLED]: ' OpenAI ' }, undefined, ENABLED],
  [{ [ENABLED]: '@langchain/core' }, ENABLED, undefined],
  [{ [ENABLED]: 'none' }, ENABLED, ENABLED],
  [{ [ENABLED]: 'all' }, undefined, undefined],
  [
    { [ENABLED]: 'opnai' },
    undefined,
    undefined,
    `${ENABLED}: "opnai" is no SDK that @x/llm-otel records and has no effect, did you mean openai?`,
  ],
  [{ [ENABLED]: 'opnai,langchain' }, ENABLED, undefined, 'did you mean openai?'],
  [{ [DISABLED]: 'langchain' }, undefined, DISABLED],
  [{ [DISABLED]: 'unheard-of' }, undefined, undefined, 'expected names of openai, anthropic,'],
  [{ [ENABLED]: 'openai', [DISABLED]: 'openai' }, DISABLED, ENABLED],
  [{ [NODE_DISABLED]: 'openai,http' }, undefined, undefined],
  [{ [NODE_DISABLED]: '@x/llm-otel/openai' }, NODE_DISABLED, undefined],
  [{ [NODE_ENABLED]: 'http,openai' }, undefined, undefined],
  [{ [NODE_ENABLED]: 'http,@x/llm-otel/langchain' }, NODE_ENABLED, undefined],
])('%o', async (env, openai, langchain, warning) => {
  const { switchedOffBy } = await import('../../src/config/instrumentation-switches.ts');
  expect([switchedOffBy('openai', env), switchedOffBy('langchain', env)]).toEqual([openai, langchain]);
  if (warning === undefined) expect(said()).toBe('');
  else expect(said()).toContain(warning);
});

const CALL = `
const { OpenAI } = require('openai');
const fetch = async () => Response.json({ id: '1', model: 'gpt-4o', choices: [] });
new OpenAI({ apiKey: 'k', fetch }).chat.completions.create({ model: 'gpt-4o', messages: [] })`;

it.each([
  [{}, /openai \d+\.\d+\.\d+ \(CommonJS\) is recorded\./, 1],
  [{ [DISABLED]: 'openai' }, /openai is not recorded, LLM_OTEL_DISABLED_INSTRUMENTATIONS switches openai off\./, 0],
])('register follows %o', async (env, line, spans) => {
  const { stderr, stdout } = await runNode({
    source: CALL,
    type: 'cjs',
    nodeArgs: ['--require', '@x/llm-otel/register'],
    env: {
      ...env,
      LLM_OTEL_LOG: 'info',
      OTEL_TRACES_EXPORTER: 'console',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    },
  });
  expect(stderr).toMatch(line);
  expect(stdout.match(/name: 'chat gpt-4o'/g) ?? []).toHaveLength(spans);
});

it('the classes say what is off, and an option in code wins', async () => {
  const source = `const { OpenAIInstrumentation } = require('@x/llm-otel');
    console.log(new OpenAIInstrumentation().isEnabled(), new OpenAIInstrumentation({ enabled: true }).isEnabled());
    ${CALL};`;
  const { stderr, stdout } = await runNode({
    source,
    type: 'cjs',
    env: { [DISABLED]: 'openai', LLM_OTEL_LOG: 'info' },
  });
  expect(stdout).toBe('false true\n');
  expect(stderr).toContain(`openai is not recorded, ${DISABLED} switches it off.`);
  expect(stderr).toMatch(/openai \d+\.\d+\.\d+ \(CommonJS\) is recorded\./);
});
