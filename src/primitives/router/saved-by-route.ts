import type { UsageFacts } from '../../facts/call.ts';
import { reportedUsage } from '../../providers/reading/reported-usage.ts';
import { asObject } from '../../providers/reading/unknown-values.ts';
import { readSafely } from '../../runtime/guard.ts';
import { judgeResult, StreamJudge } from '../answers/answer-judge.ts';
import { PRIMITIVE_NAME, ROUTER } from '../telemetry/attribute-names.ts';
import type { PrimitiveSpan } from '../telemetry/primitive-span.ts';
import { addCount } from '../telemetry/recording.ts';
import { savedCost } from './route-prices.ts';
import type { Route, RouterOptions } from './router-options.ts';

/** Reads the tokens of one answer, and records what the route has saved. Does nothing with fewer than two routes. */
export class RouteSavings {
  readonly #options: RouterOptions;
  readonly #route: Route;
  readonly #isOn: boolean;
  readonly #judge: StreamJudge | undefined;
  /** Kept for the option `usage` alone: chunks would grow with the stream. */
  readonly #chunks: unknown[] | undefined;

  constructor(options: RouterOptions, route: Route, isStream: boolean) {
    this.#options = options;
    this.#route = route;
    this.#isOn = options.routes.length > 1 && hasPrice(route);
    const keepsChunks = options.usage !== undefined;
    this.#chunks = this.#isOn && isStream && keepsChunks ? [] : undefined;
    this.#judge = this.#isOn && isStream && !keepsChunks ? new StreamJudge(true) : undefined;
  }

  /** A chunk of the answer passes. Never throws. */
  chunk(chunk: unknown): void {
    this.#chunks?.push(chunk);
    readSafely(() => this.#judge?.read(chunk), undefined);
  }

  /** The answer is whole; `result` is the result of a call without a stream. Never throws. */
  record(name: string, span: PrimitiveSpan, result?: unknown): void {
    if (!this.#isOn) return;
    const usage = readSafely(() => this.#usage(result), undefined);
    const saved = usage && savedCost(this.#options.routes, this.#route, usage);
    if (saved === undefined) return;
    span.set({ [ROUTER.savedCost]: saved });
    addCount('routerSavedCost', saved, { [PRIMITIVE_NAME]: name, [ROUTER.route]: this.#route.name });
  }

  #usage(result: unknown): UsageFacts | undefined {
    const { usage } = this.#options;
    if (usage !== undefined) {
      const reported = asObject(usage(this.#chunks ?? result));
      return reported && reportedUsage(reported);
    }
    return this.#judge === undefined ? judgeResult(result, true).facts?.usage : this.#judge.judge().facts?.usage;
  }
}

const hasPrice = ({ price, provider, model }: Route): boolean =>
  price !== undefined || (provider !== undefined && model !== undefined);
