/** Setters for request attributes: a value that is missing or of a wrong type sets nothing. */
import type { Attributes } from '@opentelemetry/api';
import { REQUEST_STOP_SEQUENCES } from '../../facts/semconv.ts';
import { asArray } from './unknown-values.ts';

/** A finite number. */
export function numberAttribute(attributes: Attributes, name: string, value: unknown): void {
  if (typeof value === 'number' && Number.isFinite(value)) attributes[name] = value;
}

/** A string with at least one character. */
export function textAttribute(attributes: Attributes, name: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') attributes[name] = value;
}

/** An integer. */
export function integerAttribute(attributes: Attributes, name: string, value: unknown): void {
  if (Number.isSafeInteger(value)) attributes[name] = value as number;
}

/** One stop sequence or a list of them. */
export function stopSequences(attributes: Attributes, stop: unknown): void {
  const list = typeof stop === 'string' ? [stop] : asArray(stop);
  if (list !== undefined && list.length > 0 && list.every((text) => typeof text === 'string'))
    attributes[REQUEST_STOP_SEQUENCES] = [...list];
}
