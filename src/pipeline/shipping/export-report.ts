import { debug, warn } from '../../runtime/log.ts';
import type { Account } from '../batches/account.ts';
import { countText } from '../batches/count-text.ts';
import type { Clock } from '../batches/pipeline-clock.ts';
import type { SendOutcome } from '../transport/outcome.ts';

/** A message is repeated once in this time, in milliseconds. */
const REPEAT_MS = 60_000;

/** Words of one pipeline for messages about its exports. */
export interface ReportWords {
  readonly pipeline: string;
  /** `span`, `log record`, `metric`. */
  readonly item: string;
  /** Address without credentials, or the type of the exporter. */
  readonly to: string;
  readonly advice: { readonly silent: string; readonly refused: string };
}

/** A request, for a line of the log. */
export interface RequestFacts {
  readonly count: number;
  readonly bytes: number | undefined;
  readonly ms: number | undefined;
}

type Failed = SendOutcome & { readonly ok: false };

/** Tells on stderr that a pipeline cannot send, what was lost, and that the pipeline sends again. */
export class ExportReport {
  readonly #words: ReportWords;
  readonly #clock: Clock;
  readonly #toldAt = new Map<string, number>();
  #failingSince: number | undefined;
  #last: Failed | undefined;
  #lostBefore = 0;
  #fromSpool = 0;
  /** The last failure, for `status()`: time in milliseconds since 1970. */
  lastError: { readonly at: number; readonly message: string } | undefined;

  constructor(words: ReportWords, clock: Clock) {
    this.#words = words;
    this.#clock = clock;
  }

  /** True from a failed export to the next export that succeeds. */
  get isFailing(): boolean {
    return this.#failingSince !== undefined;
  }

  /** At the level `debug`: one request, or one call of an exporter that takes objects, which has no bytes. */
  request({ count, bytes, ms }: RequestFacts, outcome: SendOutcome): void {
    const { pipeline, item, to } = this.#words;
    const sizes = [bytes === undefined ? [] : countText(bytes, 'byte'), ms === undefined ? [] : `${ms} ms`]
      .flat()
      .join(', ');
    const facts = `${to}${sizes === '' ? '' : `: ${sizes}`}`;
    debug(
      `pipeline ${pipeline}: ${countText(count, item)} ${outcome.ok ? `sent to ${facts}` : `not sent to ${facts}: ${outcome.reason}`}`,
    );
  }

  /** An export of `count` items ended without success; the items are kept. `quietly`: the end of the process tells all. */
  failed(outcome: Failed, count: number, account: Account, quietly: boolean): void {
    const now = this.#clock.now();
    if (this.#failingSince === undefined) {
      this.#failingSince = now;
      this.#lostBefore = account.lost;
      this.#fromSpool = 0;
    }
    this.#keep(outcome);
    if (quietly) return;
    const { item, to } = this.#words;
    const since = showDuration(now - this.#failingSince);
    this.#tell('failed', `${countText(count, item)} could not be sent to ${to} for ${since}: ${this.#reason(outcome)}`);
  }

  /** Keeps the reason of a failure that needs no message of its own. */
  note(outcome: Failed): void {
    this.#keep(outcome);
  }

  /** The backend refused `count` items for good. */
  refused(outcome: Failed, count: number): void {
    this.#keep(outcome);
    const { item, to } = this.#words;
    const verbs = count === 1 ? ['was', 'is'] : ['were', 'are'];
    const message = `${countText(count, item)} ${verbs[0]} refused by ${to} and ${verbs[1]} lost: ${this.#reason(outcome)}`;
    this.#tell(`refused ${outcome.reason}`, message);
  }

  /** The backend took a request and refused `rejected` of its items, or sent words beside its success. */
  partial(rejected: number, message: string | undefined): void {
    if (rejected === 0 && (message === undefined || message === '')) return;
    const { item, to } = this.#words;
    const words = message === undefined || message === '' ? '' : `: ${message}`;
    this.#tell('partial', `${to} took a request and refused ${countText(rejected, item)} of the request${words}`);
  }

  /** `count` items are lost, and `why`. */
  lost(count: number, why: string): void {
    this.#tell(`lost ${why}`, `${countText(count, this.#words.item)} lost: ${why}`);
  }

  /** Items of the spool were sent. */
  replayed(items: number): void {
    this.#fromSpool += items;
  }

  /** An export succeeded. */
  succeeded(account: Account): void {
    if (this.#failingSince === undefined) return;
    const since = showDuration(this.#clock.now() - this.#failingSince);
    this.#failingSince = undefined;
    // The end of a failure that was kept quiet is kept quiet too.
    const tell = this.#toldAt.delete('failed') ? warn : debug;
    tell(
      `pipeline ${this.#words.pipeline}: sending again after ${since}, ${account.lost - this.#lostBefore} lost, ${this.#fromSpool} from the spool`,
    );
  }

  /** The process or the pipeline ends: items that could not be sent in time are lost. */
  ended({ dropped }: Account, fallback = 'the backend did not take them in time'): void {
    const { shutdown = 0 } = dropped;
    if (shutdown === 0) return;
    const { item, to } = this.#words;
    const reason = this.#last === undefined ? fallback : this.#reason(this.#last);
    this.#tell(
      'shutdown',
      `${countText(shutdown, item)} lost at the end of the process, ${to} did not take ${shutdown === 1 ? 'it' : 'them'}: ${reason}`,
    );
  }

  #keep(outcome: Failed): void {
    this.#last = outcome;
    this.lastError = { at: this.#clock.now(), message: outcome.reason };
  }

  /** Why, and what to do. */
  #reason({ reason, answered }: Failed): string {
    const { advice } = this.#words;
    return `${reason}. ${answered ? advice.refused : advice.silent}`;
  }

  #tell(kind: string, message: string): void {
    const line = `pipeline ${this.#words.pipeline}: ${message}`;
    const now = this.#clock.now();
    const before = this.#toldAt.get(kind);
    if (before !== undefined && now - before < REPEAT_MS) {
      debug(line);
      return;
    }
    this.#toldAt.set(kind, now);
    warn(line);
  }
}

/** `800 ms`, `12 s`, `3 min`. */
function showDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
