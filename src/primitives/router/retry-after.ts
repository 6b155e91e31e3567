import { asRecord } from '../../runtime/exception-name.ts';
import { readSafely } from '../../runtime/guard.ts';
import { statusOf } from '../telemetry/error-type.ts';

/** Statuses of a server that asks for a pause: too many requests, unavailable, overloaded (Anthropic). */
const PAUSES: ReadonlySet<number> = new Set([429, 503, 529]);

/** Longest pauses and the pause without a word of the server, in milliseconds. */
export interface CooldownSettings {
  readonly cooldownMs: number;
  readonly maxCooldownMs: number;
}

/** The pause that an error asks for; `undefined` for errors of other statuses. Never throws. */
export function cooldownOf(
  error: unknown,
  { cooldownMs, maxCooldownMs }: CooldownSettings,
  now: number,
): number | undefined {
  const status = statusOf(error);
  if (status === undefined || !PAUSES.has(status)) return undefined;
  const asked = readSafely(() => askedPause(error, now), undefined);
  return Math.min(asked ?? cooldownMs, maxCooldownMs);
}

function askedPause(error: unknown, now: number): number | undefined {
  const { headers, responseHeaders, response } = asRecord(error);
  for (const one of [headers, responseHeaders, asRecord(response).headers]) {
    const pause = pauseIn(one, now);
    if (pause !== undefined) return pause;
  }
  return undefined;
}

function pauseIn(headers: unknown, now: number): number | undefined {
  const exact = Number.parseFloat(headerOf(headers, 'retry-after-ms') ?? '');
  if (exact >= 0) return exact;
  const value = headerOf(headers, 'retry-after');
  if (value === undefined) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return Number.parseFloat(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** A header of a `Headers` object of any kind, or of a plain object. */
function headerOf(headers: unknown, name: string): string | undefined {
  const fields = asRecord(headers);
  if (typeof fields.get === 'function') {
    const value: unknown = Reflect.apply(fields.get, headers, [name]);
    return typeof value === 'string' ? value : undefined;
  }
  const key = Object.keys(fields).find((one) => one.toLowerCase() === name);
  const value = key === undefined ? undefined : fields[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
