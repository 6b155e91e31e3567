/** Times, counts and amounts as people read numbers. */

const grouped = (digits: string): string => digits.replace(/\B(?=(?:\d{3})+(?!\d))/g, ',');

/** `87 ms`, `1.23 s`, `12.3 s`, `2 m 05 s`, `1 h 02 m`. */
export function formatTime(ms: number): string {
  if (ms > 0 && ms < 0.5) return '<1 ms';
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (Number(seconds.toFixed(2)) < 10) return `${seconds.toFixed(2)} s`;
  if (Number(seconds.toFixed(1)) < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return inTwo(whole, 60, 'm', 's');
  return inTwo(Math.round(seconds / 60), 60, 'h', 'm');
}

const inTwo = (value: number, size: number, big: string, small: string): string =>
  `${Math.floor(value / size)} ${big} ${String(value % size).padStart(2, '0')} ${small}`;

const MILLION = 1e6;

/** `1,412`, from 10 million `12.3M`. */
export function formatCount(value: number): string {
  return value < 10 * MILLION ? grouped(String(Math.round(value))) : inMillions(value);
}

function inMillions(value: number): string {
  const millions = value / MILLION;
  if (millions < 10) return `${millions.toFixed(2)}M`;
  return millions < 1000 ? `${millions.toFixed(1)}M` : `${grouped(millions.toFixed(0))}M`;
}

/** USD: `$0.000016`, from $1 `$12.34`, `<$0.000001`. */
export function formatCost(usd: number): string {
  if (usd > 0 && usd < MILLIONTH) return '<$0.000001';
  const small = usd.toFixed(6);
  return Number(small) < 1 ? `$${small}` : `$${dollars(usd)}`;
}

const MILLIONTH = 1e-6;

function dollars(usd: number): string {
  const [whole = '', cents = ''] = usd.toFixed(2).split('.');
  return `${grouped(whole)}.${cents}`;
}

/** `12.3 kB` */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const [size, unit] = bytes < MILLION ? [bytes / 1000, 'kB'] : [bytes / MILLION, 'MB'];
  return `${size.toFixed(1)} ${unit}`;
}

/** A time in at most `room` cells: `12m 05s`, `123 h`. */
export function narrowTime(ms: number, room: number): string {
  const hours = (): string => `${grouped(String(Math.round(ms / 3_600_000)))} h`;
  return firstThatFits(
    room,
    formatTime(ms),
    () => formatTime(ms).replace(/(\d) ([hms])/g, '$1$2'),
    hours,
    exponent(ms),
  );
}

/** A count in at most `room` cells: `1.23M`. A number that is cut would be another number. */
export function narrowCount(value: number, room: number): string {
  return firstThatFits(room, formatCount(value), () => inMillions(value), exponent(value));
}

/** An amount in at most `room` cells. */
export function narrowCost(usd: number, room: number): string {
  const whole = (): string => `$${grouped(usd.toFixed(0))}`;
  return firstThatFits(room, formatCost(usd), whole, () => `$${inMillions(usd)}`, exponent(usd));
}

const exponent = (value: number) => (): string => value.toExponential(0);

function firstThatFits(room: number, text: string, ...shorter: readonly (() => string)[]): string {
  let shown = text;
  for (const next of shorter) {
    if (shown.length <= room) break;
    shown = next();
  }
  return shown;
}
