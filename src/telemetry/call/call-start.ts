import type { Context, Span } from '@opentelemetry/api';
import type { CallReader, RequestFacts } from '../../facts/call.ts';
import type { ActiveOperation } from './active-operation.ts';
import type { RecordingTarget } from './recording-target.ts';

/** The start of one call: the parts of an {@link Operation}. */
export interface CallStart {
  readonly target: RecordingTarget;
  readonly reader: CallReader;
  readonly request: RequestFacts;
  readonly span: Span;
  /** The context in which the application makes the call. */
  readonly parent: Context;
  /** The `this` of the call. */
  readonly self: unknown;
  /** Arguments of the call; `undefined` if the content of the call is not kept. */
  readonly args: readonly unknown[] | undefined;
  /** The surrounding call of the same kind, which gets the result; `undefined` for most calls. */
  readonly outer: ActiveOperation | undefined;
}

/** Placeholder for the request of an ended call, so that the real request can be collected. */
export const RELEASED: RequestFacts = { operation: 'chat', provider: '', attributes: {} };
