import type { CallReader, StreamReader } from '../../facts/call.ts';
import type { InputContent } from '../../facts/messages.ts';
import { swallow } from '../../runtime/guard.ts';
import type { CallContent } from './prepare.ts';

/** Sources of a call's output messages. */
export interface AnswerSources {
  /** Reader of the chunks, if the answer is a stream. */
  readonly stream: StreamReader | undefined;
  /** The stream came to its end. */
  readonly complete: boolean;
  /** Parsed body, if the answer is no stream. */
  readonly body: unknown;
  /** Content of an inner call: missing fields are copied. */
  readonly inner: CallContent | undefined;
}

/** Content of one call. The answer is read from the stream's reader, without a stream from the body. */
export function contentOf(reader: CallReader, input: InputContent, answer: AnswerSources): CallContent {
  const { stream, complete, body, inner } = answer;
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
