import { asString } from './unknown-values.ts';

/** A tool call in a message of the model. */
export interface AskedCall {
  readonly id: unknown;
  /** Does the execution have exactly the input of the call? */
  readonly hasSameInput: () => boolean;
}

/** Ids of the tool calls that an execution has answered, by message. */
const answeredCalls = new WeakMap<object, Set<unknown>>();

/**
 * The id of the tool call that an execution answers, where the SDK does not name the call: the first of `calls` that no
 * execution has answered yet. A call with the same input goes first.
 *
 * @param calls the calls of the tool in `message`
 */
export function claimToolCall(message: object, calls: readonly AskedCall[]): string | undefined {
  const answered = answeredCalls.get(message) ?? new Set();
  answeredCalls.set(message, answered);
  const open = calls.filter(({ id }) => !answered.has(id));
  const id = asString((open.find(({ hasSameInput }) => hasSameInput()) ?? open[0])?.id);
  answered.add(id);
  return id;
}
