/** Amounts as texts; unknown ones are empty, never 0. */
import { formatCost, formatCount, formatTime } from '../../pipeline/exporters/tree/rows/formats.ts';

const orEmpty =
  (format: (value: number) => string) =>
  (value: number | undefined): string =>
    value === undefined ? '' : format(value);

/** Tokens and other counts. */
export const count = orEmpty(formatCount);
/** USD. */
export const cost = orEmpty(formatCost);
/** Milliseconds. */
export const duration = orEmpty(formatTime);

/** The time of a day, with the date where the day is another one. */
export function clock(ms: number): string {
  const time = new Date(ms);
  if (Number.isNaN(time.getTime()) || ms === 0) return '';
  const day = time.toDateString() === new Date().toDateString() ? '' : `${time.toLocaleDateString()} `;
  return day + time.toLocaleTimeString(undefined, { hour12: false });
}

/** Names the time for a machine; undefined for a time that is none. */
export function isoTime(ms: number): string | undefined {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
