import type { Attributes } from '@opentelemetry/api';
import { warnOnce } from '../runtime/log.ts';

/** What a call says of itself, and names that no object should have. */
const RESERVED =
  /^(?:gen_ai\.(?:operation|provider|request|response|usage|input|output|tool|embeddings|retrieval|system_instructions|token)(?:\.|$)|llm_otel\.|openai\.|anthropic\.|exception\.|server\.(?:address|port)$|error\.type$|__proto__$)/;

/** Is `name` recorded from the call itself? Then nobody can set it, not even where the call does not say it. */
export function isReserved(name: string): boolean {
  return RESERVED.test(name);
}

/** One warning for each kind of problem and place: names may come from data, and there is no end to them. */
const complained = new Set<string>();

function complain(where: string, kind: string, problem: string): void {
  if (complained.has(`${kind} ${where}`)) return;
  complained.add(`${kind} ${where}`);
  warnOnce(`${where}: ${problem}`);
}

const short = (name: string): string => (name.length > 60 ? `${name.slice(0, 57)}...` : name);

/**
 * The attributes of `raw` that can be recorded, as a copy; `undefined` if there are none. The rest is left out with one
 * warning that names `where` it stood. Never throws.
 */
export function cleanAttributes(raw: unknown, where: string): Attributes | undefined {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    complain(where, 'shape', 'expected an object of attributes; it is left out.');
    return undefined;
  }
  let clean: Attributes | undefined;
  try {
    for (const name of Object.keys(raw)) {
      const value = (raw as Record<string, unknown>)[name];
      if (value === undefined || !isUsableName(name, where)) continue;
      const copy = usable(value);
      if (copy === undefined) complain(where, 'value', valueProblem(name));
      else {
        clean ??= {};
        clean[name] = copy;
      }
    }
  } catch {
    complain(where, 'getter', 'the attributes cannot be read; what could not be read is left out.');
  }
  return clean;
}

const valueProblem = (name: string): string =>
  `"${short(name)}" is left out, expected a string, a finite number, a boolean or an array of one of these.`;

function isUsableName(name: string, where: string): boolean {
  if (name !== '' && !isReserved(name)) return true;
  if (name === '') complain(where, 'name', 'an attribute without a name is left out.');
  else complain(where, 'reserved', `"${short(name)}" is left out, it is recorded from the call itself.`);
  return false;
}

const isUsable = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);

/** A copy of `value`, if it can be recorded: the application may change its array later. */
function usable(value: unknown): NonNullable<Attributes[string]> | undefined {
  if (!Array.isArray(value)) return isUsable(value) ? (value as string) : undefined;
  const type = typeof value[0];
  return value.every((item) => typeof item === type && isUsable(item)) ? (value.slice() as string[]) : undefined;
}

/** `team=ml,env=prod`, names and values percent-encoded as in OTEL_RESOURCE_ATTRIBUTES. */
export function parseAttributes(text: string, where: string): Attributes | undefined {
  const pairs: Record<string, string> = {};
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue;
    const at = pair.indexOf('=');
    const name = decoded(pair.slice(0, Math.max(at, 0)));
    const value = decoded(pair.slice(at + 1));
    if (name === undefined || name === '' || value === undefined)
      complain(where, 'pair', `"${short(pair.trim())}" is left out, expected name=value, percent-encoded.`);
    else if (isUsableName(name, where)) pairs[name] = value;
  }
  return cleanAttributes(pairs, where);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}
