import {
  CONVERSATION_ID,
  PROVIDER_NAME,
  TOOL_CALL_ARGUMENTS,
  TOOL_CALL_RESULT,
  USAGE_COST,
  USAGE_COST_INPUT,
  USAGE_COST_OUTPUT,
  USER_ID,
} from '../../facts/semconv.ts';
import type { ReadMessage } from '../exporters/tree/spans/read-messages.ts';
import { chatMessages } from './chat-messages.ts';
import { changed, inJson, kept, together } from './found.ts';
import type { Preset } from './preset.ts';

const TYPES = {
  chat: 'CHAT_MODEL',
  text_completion: 'LLM',
  generate_content: 'LLM',
  embeddings: 'EMBEDDING',
  retrieval: 'RETRIEVER',
  execute_tool: 'TOOL',
  invoke_agent: 'AGENT',
  create_agent: 'AGENT',
  plan: 'AGENT',
  moderation: 'GUARDRAIL',
  rerank: 'RERANKER',
} as const;

/**
 * MLflow. The session and the user of a trace are read from `session.id` and `user.id` of a span (MLflow 3.17), and `user.id` is
 * a name of the conventions already.
 */
export const mlflow: Preset = {
  attributes: (span) => {
    const { input, output, cacheRead, cacheWrite, total } = span.tokens;
    return {
      'mlflow.spanType': span.kind(TYPES, 'CHAIN'),
      'mlflow.llm.provider': span.text(PROVIDER_NAME),
      'mlflow.llm.model': span.model,
      'mlflow.chat.tokenUsage': inJson(
        together({
          input_tokens: input,
          output_tokens: output,
          total_tokens: total,
          cache_read_input_tokens: cacheRead,
          cache_creation_input_tokens: cacheWrite,
        }),
      ),
      'mlflow.llm.cost': inJson(
        together({
          total_cost: span.number(USAGE_COST),
          input_cost: span.number(USAGE_COST_INPUT),
          output_cost: span.number(USAGE_COST_OUTPUT),
        }),
      ),
      'mlflow.spanInputs':
        inJson(changed(span.input, (messages) => ({ messages: chatMessages(messages) }))) ??
        span.content(TOOL_CALL_ARGUMENTS),
      'mlflow.spanOutputs': inJson(changed(span.output, choicesOf)) ?? span.content(TOOL_CALL_RESULT),
      'mlflow.chat.tools': inJson(span.tools),
      'mlflow.trace.session': span.text(CONVERSATION_ID),
      'session.id': span.text(CONVERSATION_ID),
      // MLflow reads the name of the conventions too, so the attribute stays.
      'mlflow.trace.user': kept(span.text(USER_ID)),
    };
  },
};

/** An answer as OpenAI has answers: lists of traces show the text of the message in such an answer. */
function choicesOf(messages: readonly ReadMessage[]): object {
  const choices = messages.map((message, index) => ({
    index,
    message: chatMessages([message])[0],
    finish_reason: message.finish_reason,
  }));
  return { choices };
}
