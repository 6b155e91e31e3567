import type { Config } from '../config.ts';
import { type PreparedContent, prepareContent } from './content.ts';
import type { CallReader, InputContent, StreamReader } from './facts.ts';
import { swallow } from './guard.ts';

/**
 * Content of one call that may be recorded. The answer comes from the stream's reader if there is one, else from `body`.
 * `complete`: the stream came to its end.
 */
export function prepareCallContent(
  call: CallReader,
  input: InputContent,
  stream: StreamReader | undefined,
  complete: boolean,
  body: unknown,
  config: Config,
): PreparedContent | undefined {
  const output =
    stream === undefined ? (body === undefined ? undefined : call.output?.(body)) : stream.output?.(complete);
  return prepareContent({ system: input.system, input: input.messages, tools: input.tools, output }, config);
}

/** What the application sent; nothing if the arguments cannot be read: the call is recorded all the same. */
export function inputOf(call: CallReader, args: readonly unknown[], self: unknown): InputContent {
  try {
    return call.input?.(args, self) ?? {};
  } catch (error) {
    swallow(error);
    return {};
  }
}
