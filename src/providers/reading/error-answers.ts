/**
 * Answers with an error as their body. Gateways and servers that answer early send the error with the HTTP status 200, and
 * the SDK then resolves the call as if the call had succeeded.
 */
import type { Failure, ResponseFacts } from '../../facts/call.ts';
import { errorCode } from '../../runtime/exception-name.ts';
import { asArray, asObject, asString } from './unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fields with the answer. Where a field holds a value, the model has answered, and an `error` beside tells of a part. */
const ANSWER_FIELDS = [
  'choices',
  'output',
  'candidates',
  'data',
  'content',
  'completion',
  'embeddings',
  'embedding',
  'outputs',
  'steps',
  'results',
  'text',
] as const;

/** Words of `status` by which an object tells its end in a different way. A stored answer may well have failed. */
const STATUSES: ReadonlySet<unknown> = new Set([
  'queued',
  'in_progress',
  'completed',
  'incomplete',
  'failed',
  'cancelled',
  'requires_action',
]);

const isSent = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && asArray(value)?.length !== 0;

/** Why the call failed, if `value` is the body of an error and no answer; streams of Google's servers are lists. */
export function failureInAnswer(value: unknown): Failure | undefined {
  const body = asObject(asArray(value)?.[0] ?? value);
  if (body === undefined) return undefined;
  const error = errorIn(body);
  if (error === undefined || STATUSES.has(body.status)) return undefined;
  return ANSWER_FIELDS.some((field) => isSent(body[field])) ? undefined : failureFrom(error);
}

/** `{error: {...}}`, `{error: 'text'}`, and the error itself as the body: `{type: 'error'}` or `{object: 'error'}`. */
function errorIn(body: Fields): Fields | string | undefined {
  const { error } = body;
  if (asString(error) !== undefined) return error as string;
  const fields = asObject(error);
  if (fields !== undefined && Object.keys(fields).length > 0) return fields;
  return body.type === 'error' || body.object === 'error' ? body : undefined;
}

/** Why an operation failed, from the error in an answer, an event or a chunk. */
export function failureFrom(error: Fields | string): Failure {
  if (typeof error === 'string') return { type: errorCode(error) ?? '_OTHER', message: error };
  const nested = asObject(error.error);
  if (nested !== undefined) return failureFrom(nested);
  const codes = [error.code, error.type, error.status].map(errorCode);
  // A number repeats the HTTP status; the word beside the number says more.
  const type = codes.find((code) => code !== undefined && code !== 'error' && !/^\d+$/.test(code));
  return {
    type: type ?? codes.find((code) => code !== undefined && code !== 'error') ?? '_OTHER',
    message: asString(error.message),
  };
}

/** `read`, for answers that may have an error as their body. */
export function answerOrError(read: (body: unknown) => ResponseFacts): (body: unknown) => ResponseFacts {
  return (body) => {
    const facts = read(body);
    const failure = facts.failure ?? failureInAnswer(body);
    return failure === undefined || failure === facts.failure ? facts : { ...facts, failure };
  };
}
