/** The price table of the package: loaded with the first call with usage, searched by the name of the model. */
import { withoutSnapshot } from './model-name.ts';
import type { Rates } from './rates.ts';

/**
 * Prices with their period: from a day on (UTC); optionally only between two times of day (seconds, UTC), or on
 * weekdays.
 */
interface Period extends Rates {
  readonly from?: string;
  readonly between?: readonly [start: number, end: number];
  readonly weekdays?: true;
}

/**
 * Names of a model, and the prices by period. scripts/prices-model.mjs explains the names; `=` is the id itself, and the
 * only name in a row without names. A later period goes before an earlier period.
 */
type Row = readonly (string | Period)[];
type Rows = Readonly<Record<string, Row>>;

/** One model's prices over time. */
export interface Entry {
  readonly id: string;
  /** Rates without conditions. */
  readonly first: Rates;
  /** Rates of later periods, the latest first. */
  readonly later: readonly Later[];
}

interface Later {
  readonly rates: Rates;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly between: Period['between'];
  readonly weekdays: boolean;
}

function entryOf(id: string, [first = {}, ...later]: readonly Period[]): Entry {
  return {
    id,
    first,
    later: later.reverse().map(({ from, between, weekdays = false, ...rates }) => ({
      rates,
      from: from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from),
      between,
      weekdays,
    })),
  };
}

interface Index {
  readonly exact: ReadonlyMap<string, Entry>;
  /** Names with any snapshot suffix. */
  readonly open: ReadonlyMap<string, Entry>;
  /** Names with a snapshot suffix of digits only, without the bare name. */
  readonly numbered: ReadonlyMap<string, Entry>;
  /** Names that may follow a separator. */
  readonly inner: ReadonlySet<string>;
}

/** Rows in the sources, JSON text of the rows in the build: a process would keep thousands of objects without need. */
let table: Readonly<Record<string, Rows | string>> | undefined;
const indexes = new Map<string, Index | undefined>();

/**
 * The file stands beside the code in the sources and in the build. The name is literal, so that bundlers find the file. The
 * caller reports an unreadable table once.
 */
function rowsOf(provider: string): Rows | undefined {
  if (table === undefined) {
    table = {}; // only one attempt, even if `require` throws
    table = (require('./prices.json') as { providers: Readonly<Record<string, Rows | string>> }).providers;
  }
  const rows = Object.hasOwn(table, provider) ? table[provider] : undefined;
  return typeof rows === 'string' ? (JSON.parse(rows) as Rows) : rows;
}

function indexOf(provider: string): Index | undefined {
  if (indexes.has(provider)) return indexes.get(provider);
  const rows = rowsOf(provider);
  const index = rows && buildIndex(provider, rows);
  indexes.set(provider, index);
  return index;
}

function buildIndex(provider: string, rows: Rows): Index {
  const exact = new Map<string, Entry>();
  const open = new Map<string, Entry>();
  const numbered = new Map<string, Entry>();
  const inner = new Set<string>();
  for (const [id, row] of Object.entries(rows)) {
    const [first] = row;
    const names = typeof first === 'string' ? first : '=';
    const entry = entryOf(
      `${provider}/${id}`,
      row.filter((cell): cell is Period => typeof cell !== 'string'),
    );
    for (const written of names.split(' ')) {
      const within = written.startsWith('~');
      const kind = written.at(-1);
      const name = written === '=' ? id.toLowerCase() : written.replace(/^~|[*+]$/g, '');
      if (within) inner.add(name);
      if (kind === '+') numbered.set(name, entry);
      else exact.set(name, entry);
      if (kind === '*') open.set(name, entry);
    }
  }
  return { exact, open, numbered, inner };
}

/** The entry of `provider` for exactly the model `name`, in the form of `normalName`. */
export function findEntry(provider: string, name: string): Entry | undefined {
  const index = indexOf(provider);
  if (index === undefined) return undefined;
  const whole = search(index, name, false);
  if (whole !== undefined) return whole;
  // `us.anthropic.claude-...`, `arn:aws:bedrock:...:inference-profile/us.anthropic.claude-...`
  for (const { index: at } of name.matchAll(/[./:]/g)) {
    const found = search(index, name.slice(at + 1), true);
    if (found !== undefined) return found;
  }
  return undefined;
}

function search(index: Index, name: string, within: boolean): Entry | undefined {
  const exact = index.exact.get(name);
  if (exact !== undefined && (!within || index.inner.has(name))) return exact;
  for (const base of withoutSnapshot(name)) {
    if (within && !index.inner.has(base.name)) continue;
    const found = index.open.get(base.name) ?? (base.numbered ? index.numbered.get(base.name) : undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

const DAY = 86_400_000;

/** The rates at `time` (milliseconds since 1970, now by default). */
export function ratesAt({ first, later }: Entry, time?: number): Rates {
  return later.length === 0 ? first : (findLater(later, time ?? Date.now()) ?? first);
}

function findLater(later: readonly Later[], time: number): Rates | undefined {
  for (const { rates, from, between, weekdays } of later) {
    if (!(time >= from)) continue;
    if (between !== undefined) {
      const second = (time % DAY) / 1000;
      if (!(second >= between[0] && second < between[1])) continue;
    }
    // 1 January 1970 was a Thursday.
    if (weekdays && (Math.floor(time / DAY) + 3) % 7 > 4) continue;
    return rates;
  }
  return undefined;
}
