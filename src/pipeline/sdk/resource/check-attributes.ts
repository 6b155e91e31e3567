import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { warnOnce } from '../../../runtime/log.ts';

/** Longest key, and longest text of a value, in characters. */
const MOST_KEY = 255;
const MOST_VALUE = 4096;

/** The attributes of a resource that backends take. One warning for each kind of attribute that is left out or cut. */
export function checkAttributes(attributes: Attributes): Attributes {
  const checked: Attributes = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (key.length > MOST_KEY) {
      warnOnce(
        `a resource attribute has a key of more than ${MOST_KEY} characters and is left out: ${key.slice(0, 40)}...`,
      );
      continue;
    }
    if (value === undefined || value === null) continue;
    if (isUsable(value)) checked[key] = shortened(key, value);
    else
      warnOnce(
        `the resource attribute ${key} is left out: expected a text, a number, a boolean or a list of values of one of these kinds.`,
      );
  }
  return checked;
}

const PRIMITIVES: ReadonlySet<string> = new Set(['string', 'number', 'boolean']);

function isUsable(value: unknown): value is AttributeValue {
  if (!Array.isArray(value)) return PRIMITIVES.has(typeof value);
  const kinds = new Set(value.filter((item) => item !== null && item !== undefined).map((item) => typeof item));
  return kinds.size <= 1 && [...kinds].every((kind) => PRIMITIVES.has(kind));
}

function shortened(key: string, value: AttributeValue): AttributeValue {
  if (typeof value !== 'string' || value.length <= MOST_VALUE) return value;
  warnOnce(`the resource attribute ${key} has more than ${MOST_VALUE} characters and is cut.`);
  return value.slice(0, MOST_VALUE);
}
