import { createHash } from 'node:crypto';
import { isPlainObject } from '../../../runtime/plain-object.ts';

/** A value has no canonical text: a cycle, a function, a bigint, an instance of a class. Thrown within this folder only. */
export class UnkeyableError extends Error {
  override readonly name = 'UnkeyableError';
}

/**
 * The canonical JSON of `value`: keys in the order of their code units, no `undefined` in objects, bytes as a digest. Equal
 * values have equal texts, and different values have different texts: bytes are written in a form that JSON does not have.
 * Throws {@link UnkeyableError}; throws the errors of getters and of proxies too.
 */
export function canonicalJson(value: unknown): string {
  return textOf(value, []);
}

/** `ancestors` are the objects around `value`: meeting an ancestor again is a cycle. */
function textOf(value: unknown, ancestors: object[]): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw new UnkeyableError('a number that is not finite');
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return 'null';
    case 'object':
      return value === null ? 'null' : objectText(value, ancestors);
    default:
      throw new UnkeyableError(`a ${typeof value}`);
  }
}

function objectText(value: object, ancestors: object[]): string {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return bytesText(value);
  if (ancestors.includes(value)) throw new UnkeyableError('a cycle');
  ancestors.push(value);
  const text = Array.isArray(value) ? arrayText(value, ancestors) : fieldsText(value, ancestors);
  ancestors.pop();
  return text;
}

function arrayText(list: readonly unknown[], ancestors: object[]): string {
  let text = '[';
  for (let i = 0; i < list.length; i++) text += `${i === 0 ? '' : ','}${textOf(list[i], ancestors)}`;
  return `${text}]`;
}

function fieldsText(value: object, ancestors: object[]): string {
  if (!isPlainObject(value)) throw new UnkeyableError('an instance of a class');
  const fields = value as Readonly<Record<string, unknown>>;
  let text = '{';
  for (const name of Object.keys(fields).sort()) {
    const field = fields[name];
    if (field !== undefined) text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:${textOf(field, ancestors)}`;
  }
  return `${text}}`;
}

/** The kind is part of the text: the floats of a vector and the same memory as bytes are different inputs. */
function bytesText(bytes: ArrayBuffer | ArrayBufferView): string {
  const view = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
  const kind = String((bytes as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]);
  return `<${kind}:${createHash('sha256').update(view).digest('hex')}>`;
}
