import { CONVERSATION_ID, PROMPT_NAME, PROVIDER_NAME, USER_ID } from '../../facts/semconv.ts';
import type { ReadMessage } from '../exporters/tree/spans/read-messages.ts';
import { readableText, splitResults } from './chat-messages.ts';
import type { Found } from './found.ts';
import type { Preset } from './preset.ts';

const KINDS = {
  chat: 'llm',
  text_completion: 'llm',
  generate_content: 'llm',
  embeddings: 'embedding',
  retrieval: 'retriever',
  execute_tool: 'tool',
} as const;

/** LangSmith. */
export const langsmith: Preset = {
  attributes: (span) => ({
    'langsmith.span.kind': span.kind(KINDS, 'chain'),
    'gen_ai.system': span.text(PROVIDER_NAME),
    'gen_ai.usage.total_tokens': span.tokens.total,
    'langsmith.trace.session_id': span.text(CONVERSATION_ID),
    'langsmith.metadata.user_id': span.text(USER_ID),
    'langsmith.metadata.prompt_name': span.text(PROMPT_NAME),
  }),
  numbered: (span) => [...numbered('gen_ai.prompt', span.input), ...numbered('gen_ai.completion', span.output)],
};

function numbered(
  prefix: string,
  messages: Found<readonly ReadMessage[]> | undefined,
): readonly (readonly [name: string, found: Found<string>])[] {
  if (messages === undefined) return [];
  const { from } = messages;
  return splitResults(messages.value).flatMap((message, i) => [
    [`${prefix}.${i}.role`, { value: message.role, from }],
    [`${prefix}.${i}.content`, { value: message.result?.text ?? readableText(message), from }],
  ]);
}
