import type { CallReader, StreamReader } from '../../facts/call.ts';
import type { InputContent } from '../../facts/messages.ts';
import { swallow } from '../../runtime/guard.ts';
import type { CallContent } from './prepare.ts';

/**
 * Content of one call. The answer is read from the stream's reader, without a stream from `body`. Missing fields are copied
 * from `inner`, the content of an inner call. `complete`: the stream came to its end.
 */
export function contentOf(
  reader: CallReader,
  input: InputContent,
  stream: StreamReader | undefined,
  complete: boolean,
  body: unknown,
  inner: CallContent | undefined,
): CallContent {
  const isReadable = body !== undefined || reader.factsWithoutBody !== undefined;
  const output = stream === undefined ? (isReadable ? reader.output?.(body) : undefined) : stream.output?.(complete);
  return {
    system: input.system ?? inner?.system,
    input: input.messages ?? inner?.input,
    tools: input.tools ?? inner?.tools,
    output: output?.length ? output : (inner?.output ?? output),
  };
}

/** Content of the request; empty if the arguments cannot be read, because the call is recorded even then. */
export function inputOf(reader: CallReader, args: readonly unknown[], self: unknown): InputContent {
  try {
    return reader.input?.(args, self) ?? {};
  } catch (error) {
    swallow(error);
    return {};
  }
}
