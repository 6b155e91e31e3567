import type { Attributes } from '@opentelemetry/api';
import { warnOnce } from '../runtime/log.ts';
import { splitPairs } from './parsers.ts';

/** Names of facts of the call, and names that no object should have. */
const RESERVED =
  /^(?:gen_ai\.(?:operation|provider|request|response|usage|input|output|tool|embeddings|retrieval|system_instructions|token)(?:\.|$)|llm_otel\.|openai\.|anthropic\.|exception\.|server\.(?:address|port)$|error\.type$|__proto__$)/;

/** Whether `name` is recorded from the call. A user cannot set such a name, even if the call has no value for it. */
export function isReserved(name: string): boolean {
  return RESERVED.test(name);
}

/** Warned kinds of problem and places. Without attribute names: names may come from data, and the number of names has no limit. */
const warned = new Set<string>();

function warnOnceAt(where: string, kind: string, problem: string): void {
  if (warned.has(`${kind} ${where}`)) return;
  warned.add(`${kind} ${where}`);
  warnOnce(`${where}: ${problem}`);
}

const short = (name: string): string => (name.length > 60 ? `${name.slice(0, 57)}...` : name);

/**
 * Copies the attributes of `raw` that can be recorded; `undefined` if no attribute can. An attribute that cannot is left out
 * with a warning, which begins with `where`. Never throws.
 */
export function cleanAttributes(raw: unknown, where: string): Attributes | undefined {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    warnOnceAt(where, 'shape', 'expected an object of attributes; it is left out.');
    return undefined;
  }
  let clean: Attributes | undefined;
  try {
    for (const name of Object.keys(raw)) {
      const value = (raw as Record<string, unknown>)[name];
      if (value === undefined || !isUsableName(name, where)) continue;
      const copy = copyValue(value);
      if (copy === undefined) warnOnceAt(where, 'value', valueProblem(name));
      else {
        clean ??= {};
        clean[name] = copy;
      }
    }
  } catch {
    warnOnceAt(where, 'getter', 'the attributes cannot be read; what could not be read is left out.');
  }
  return clean;
}

const valueProblem = (name: string): string =>
  `"${short(name)}" is left out, expected a string, a finite number, a boolean or an array of one of these.`;

function isUsableName(name: string, where: string): boolean {
  if (name !== '' && !isReserved(name)) return true;
  if (name === '') warnOnceAt(where, 'name', 'an attribute without a name is left out.');
  else warnOnceAt(where, 'reserved', `"${short(name)}" is left out, it is recorded from the call itself.`);
  return false;
}

const isUsable = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);

/** Copies a value that can be recorded: the application may change an array later. */
function copyValue(value: unknown): NonNullable<Attributes[string]> | undefined {
  if (!Array.isArray(value)) return isUsable(value) ? (value as string) : undefined;
  const type = typeof value[0];
  return value.every((item) => typeof item === type && isUsable(item)) ? (value.slice() as string[]) : undefined;
}

/** Reads `team=ml,env=prod`, names and values percent-encoded as in OTEL_RESOURCE_ATTRIBUTES. */
export function parseAttributes(text: string, where: string): Attributes | undefined {
  const pairs: Record<string, string> = {};
  for (const pair of splitPairs(text)) {
    const name = decoded(pair.name);
    const value = decoded(pair.value);
    if (name === undefined || name === '' || value === undefined)
      warnOnceAt(where, 'pair', `"${short(pair.text)}" is left out, expected name=value, percent-encoded.`);
    else if (isUsableName(name, where)) pairs[name] = value;
  }
  return cleanAttributes(pairs, where);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
