/** A workflow, an agent and a call as this package records them, for what backends show of them with a preset. */

import type { Folder } from '../support/folders.ts';
import { type RunResult, runNode } from '../support/spawn.ts';

const message = (role: string, content: string): string =>
  JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);

const MESSAGES = {
  'gen_ai.input.messages': message('user', 'Why is the sea blue?'),
  'gen_ai.output.messages': message('assistant', 'Water absorbs red light.'),
};

/** Attributes of each span, from the root down. */
const SPANS = {
  'invoke_workflow forecast': { 'gen_ai.operation.name': 'invoke_workflow', ...MESSAGES },
  'invoke_agent forecaster': {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': 'forecaster',
    ...MESSAGES,
  },
  'chat claude-sonnet': {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': 'claude-sonnet',
    'gen_ai.usage.input_tokens': 120,
    'gen_ai.usage.output_tokens': 40,
    'gen_ai.usage.cache_read.input_tokens': 30,
    'gen_ai.usage.cache_write.input_tokens': 50,
    'gen_ai.usage.reasoning.output_tokens': 10,
    'gen_ai.usage.cost': 0.25,
    ...MESSAGES,
  },
};

const SOURCE = `
import { context, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('presets');
let inside = context.active();
const spans = [];
for (const [name, attributes] of Object.entries(${JSON.stringify(SPANS)})) {
  const span = tracer.startSpan(name, { attributes }, inside);
  inside = trace.setSpan(inside, span);
  spans.unshift(span);
}
for (const span of spans) span.end();
console.log(spans[0].spanContext().traceId);
`;

/** Sends the spans with the preset `name`. */
export async function runWithPreset(
  { path }: Folder,
  name: string,
  env: Record<string, string>,
): Promise<{ readonly result: RunResult; readonly traceId: string }> {
  const result = await runNode({
    cwd: path,
    source: SOURCE,
    nodeArgs: ['--import', '@x/llm-otel/register'],
    env: {
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      LLM_OTEL_EXIT_TIMEOUT: '30000',
      LLM_OTEL_STEPS_PRESET: name,
      ...env,
    },
  });
  return { result, traceId: result.stdout.trim() };
}
