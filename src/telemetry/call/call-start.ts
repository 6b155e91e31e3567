import type { Context, Span } from '@opentelemetry/api';
import type { CallReader, RequestFacts } from '../../facts/call.ts';
import type { ActiveOperation } from './active-operation.ts';
import type { RecordingTarget } from './recording-target.ts';

/** Start of one call: everything from which an {@link Operation} is made. */
export interface CallStart {
  readonly target: RecordingTarget;
  readonly reader: CallReader;
  readonly request: RequestFacts;
  readonly span: Span;
  /** The context in which the application makes the call. */
  readonly parent: Context;
  /** The object whose method the application called. */
  readonly self: unknown;
  /** Arguments of the call; `undefined` if the content of the call is not kept. */
  readonly args: readonly unknown[] | undefined;
  /** The call of the same kind that makes this call: the results of this call go to the outer call. */
  readonly outer: ActiveOperation | undefined;
}
