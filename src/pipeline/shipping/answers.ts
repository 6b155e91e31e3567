import type { PipelineSettings } from '../../config/sdk/pipeline-settings.ts';
import type { Account } from '../batches/account.ts';
import type { Clock } from '../batches/pipeline-clock.ts';
import type { SendOutcome } from '../transport/outcome.ts';
import type { Breaker } from './breaker.ts';
import type { ExportReport } from './export-report.ts';
import { noteAnswer, processEnds } from './process-end.ts';
import { clampRetryAfter } from './retry.ts';

/** What answers change. */
export interface AnswersParts {
  readonly settings: PipelineSettings;
  readonly account: Account;
  readonly report: ExportReport;
  readonly breaker: Breaker;
  readonly clock: Clock;
}

type Accepted = SendOutcome & { readonly ok: true };
type Failed = SendOutcome & { readonly ok: false };

/**
 * Books what a backend answers, the same for requests from memory and from the disk. Items of an earlier process are told, and
 * stand in no account of this process.
 */
export class Answers {
  readonly #parts: AnswersParts;
  /** Milliseconds since 1970. */
  lastSuccessAt: number | undefined;

  constructor(parts: AnswersParts) {
    this.#parts = parts;
  }

  /** The backend took a request, perhaps without some items. */
  accepted(outcome: Accepted, count: number, isOurs = true): void {
    const { account, report, breaker, clock } = this.#parts;
    const rejected = Math.min(outcome.rejected ?? 0, count);
    if (isOurs) {
      account.exported += count - rejected;
      account.drop('rejected', rejected);
    }
    report.partial(rejected, outcome.message);
    breaker.succeed();
    noteAnswer();
    this.lastSuccessAt = clock.now();
  }

  /** The backend refused a request for good. */
  refused(outcome: Failed, count: number, isOurs = true): void {
    const { account, report, breaker } = this.#parts;
    breaker.answer();
    if (isOurs) account.drop(outcome.tooLarge === true ? 'too_large' : (outcome.drop ?? 'rejected'), count);
    report.refused(outcome, count);
  }

  /** Halves of a request may be small enough. */
  tooLarge(): void {
    this.#parts.breaker.answer();
  }

  /** There was no answer, or the backend wants the request later. Returns the wait that the backend asks for. */
  failed({ retryAfterMs }: Failed): number | undefined {
    const { breaker, settings, clock } = this.#parts;
    const retryAfter = clampRetryAfter(retryAfterMs, settings.breaker);
    breaker.fail(clock.now(), retryAfter);
    return retryAfter;
  }

  /** Tells that `unsent` items wait because of a failure. */
  tellFailure(outcome: Failed, unsent: number): void {
    const { report, account } = this.#parts;
    report.failed(outcome, unsent, account, processEnds());
  }
}
