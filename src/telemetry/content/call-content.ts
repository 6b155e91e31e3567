import type { CallReader, StreamReader } from '../../facts/call.ts';
import type { InputContent } from '../../facts/messages.ts';
import { swallow } from '../../runtime/guard.ts';
import type { CallContent } from './prepare.ts';

/**
 * Content of one call. The answer comes from the stream's reader if there is one, else from `body`; what is in neither
 * comes from `inner`. `complete`: the stream came to its end.
 */
export function contentOf(
  call: CallReader,
  input: InputContent,
  stream: StreamReader | undefined,
  complete: boolean,
  body: unknown,
  inner: CallContent | undefined,
): CallContent {
  const nothing = body === undefined && call.factsWithoutBody === undefined;
  const own = stream === undefined ? (nothing ? undefined : call.output?.(body)) : stream.output?.(complete);
  return {
    system: input.system ?? inner?.system,
    input: input.messages ?? inner?.input,
    tools: input.tools ?? inner?.tools,
    output: own?.length ? own : (inner?.output ?? own),
  };
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
