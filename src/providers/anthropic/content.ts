/** Prompt and answer of the legacy completions, in the messages and parts of the conventions. */
import type { InputContent, OutputMessage } from '../../facts/messages.ts';
import { anthropicContentParts } from '../formats/anthropic-messages/content-blocks.ts';
import { finishReasonField } from '../reading/finish-reasons.ts';
import { asObject, asString } from '../reading/unknown-values.ts';

/** Content of the parameters of `completions.create`. */
export function completionInput(params: unknown): InputContent {
  const prompt = asString(asObject(params)?.prompt);
  return { messages: prompt === undefined ? undefined : [{ role: 'user', parts: anthropicContentParts(prompt) }] };
}

/** The message of a legacy completion; no message for an answer without text. */
export function completionOutput(value: unknown): OutputMessage[] {
  const body = asObject(value);
  if (asString(body?.completion) === undefined) return [];
  return [
    { role: 'assistant', parts: anthropicContentParts(body?.completion), ...finishReasonField(body?.stop_reason) },
  ];
}
