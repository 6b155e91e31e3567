/** Setters for request attributes: a value that is missing or of a wrong type sets nothing. */
import type { Attributes } from '@opentelemetry/api';
import { REQUEST_STOP_SEQUENCES } from '../../facts/semconv.ts';

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
  if (typeof stop === 'string') attributes[REQUEST_STOP_SEQUENCES] = [stop];
  else if (Array.isArray(stop) && stop.length > 0 && stop.every((s) => typeof s === 'string'))
    attributes[REQUEST_STOP_SEQUENCES] = stop;
}
