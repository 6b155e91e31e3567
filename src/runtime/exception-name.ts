/** Names of errors that can be attribute values. */

/** Class names without meaning. */
const UNSPECIFIC = new Set(['Error', 'Object', 'DOMException']);
const ONE_WORD = /^[\w.:/-]{1,80}$/;
/** More digits than a code has: an id of a request, which would make one metric series for each request. */
const AN_ID = /(?:\d\D*){6}/;

/** Properties of a value of unknown shape. */
export type LooseRecord = Readonly<Record<string, unknown>>;

/** Replaces a thrown value without properties; has no constructor either. */
const EMPTY: LooseRecord = Object.create(null);

/** The properties of a thrown value; none for a value without properties. */
export const asRecord = (value: unknown): LooseRecord =>
  (typeof value === 'object' && value !== null) || typeof value === 'function' ? (value as LooseRecord) : EMPTY;

/** A code that can be an attribute value: a short word. Numbers are codes like those of HTTP. */
export function errorCode(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isInteger(value)) return String(value);
  return typeof value === 'string' && ONE_WORD.test(value) && !AN_ID.test(value) ? value : undefined;
}

/** Class name of a thrown value; `_OTHER` for a value without a class. */
export function exceptionName(error: unknown): string {
  const made = asRecord(error).constructor;
  const className = typeof made === 'function' ? made.name : undefined;
  // Subclasses of Error in a few SDKs, and the DOMExceptions of fetch, differ by `name` alone.
  const nameField = asRecord(error).name;
  // A class whose name begins with `_` was renamed by a bundler.
  const best = className !== undefined && /^[^_]/.test(className) && !UNSPECIFIC.has(className) ? className : nameField;
  return errorCode(best) ?? errorCode(className) ?? '_OTHER';
}
