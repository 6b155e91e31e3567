/** Texts of OTTL, the language of the processors `filter`, `transform` and `tail_sampling`. */
import { quotedText } from '../yaml-text.ts';

/** Signals that have steps. */
export type StepSignal = 'traces' | 'logs';

/** Where OTTL has the parts of an item. */
export interface OttlContext {
  readonly context: 'span' | 'spanevent' | 'log' | 'resource';
  readonly attributes: string;
  readonly cache: string;
}

/** One row a context. */
export const CONTEXTS = {
  span: { context: 'span', attributes: 'span.attributes', cache: 'span.cache' },
  event: { context: 'spanevent', attributes: 'spanevent.attributes', cache: 'spanevent.cache' },
  log: { context: 'log', attributes: 'log.attributes', cache: 'log.cache' },
  resource: { context: 'resource', attributes: 'resource.attributes', cache: 'resource.cache' },
} as const satisfies Record<string, OttlContext>;

/** Where OTTL has the items of a signal. */
export const ITEMS = { traces: CONTEXTS.span, logs: CONTEXTS.log } as const satisfies Record<StepSignal, OttlContext>;

/** Where OTTL has the name of an item. */
export const NAMES = { traces: 'span.name', logs: 'log.event_name' } as const satisfies Record<StepSignal, string>;

/** A text of OTTL. */
export const ottlText = quotedText;

/** A value of an attribute. */
export function ottlValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(ottlValue).join(', ')}]`;
  return typeof value === 'string' ? ottlText(value) : ottlNumber(value);
}

/** A number without an exponent, which OTTL does not read for whole numbers. */
function ottlNumber(value: unknown): string {
  if (typeof value !== 'number' || !/e/i.test(String(value))) return String(value);
  const digits = Number.isInteger(value) ? BigInt(value).toString() : value.toFixed(20);
  return digits.length > 18 && Number.isInteger(value) ? `${digits}.0` : digits;
}

/** An attribute; `body` of a log record is the body. */
export function attributePath({ context, attributes }: OttlContext, key: string): string {
  if (context === 'log' && key === 'body') return 'log.body';
  const name = context === 'log' && key === 'attributes.body' ? 'body' : key;
  return `${attributes}[${ottlText(name)}]`;
}
