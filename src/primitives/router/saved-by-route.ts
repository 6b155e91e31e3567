import type { UsageFacts } from '../../facts/call.ts';
import { reportedUsage } from '../../providers/reading/reported-usage.ts';
import { asObject } from '../../providers/reading/unknown-values.ts';
import { readSafely } from '../../runtime/guard.ts';
import { type ChunkJudge, judgeResult } from '../answers/answer-judge.ts';
import type { OpenedStream } from '../streams/stream-form.ts';
import { PRIMITIVE_NAME, ROUTER } from '../telemetry/attribute-names.ts';
import type { PrimitiveSpan } from '../telemetry/primitive-span.ts';
import { addCount } from '../telemetry/recording.ts';
import type { RouteFacts, UsageReader } from '../types.ts';
import { savedCost } from './route-prices.ts';

/** A call whose savings are recorded. */
export interface PricedRoutes {
  /** Label of the router. */
  readonly name: string;
  readonly routes: readonly RouteFacts[];
  /** The route that has answered. */
  readonly route: RouteFacts;
  readonly usage: UsageReader | undefined;
}

/** Reads the tokens of one answer, and records what the route has saved. Reads nothing where all routes have one price. */
export class RouteSavings {
  readonly #priced: PricedRoutes;
  readonly #opened: OpenedStream | undefined;
  readonly #isOn: boolean;
  readonly #judge: ChunkJudge<unknown> | undefined;
  /** Kept for the option `usage` alone: chunks would grow with the stream. */
  readonly #chunks: unknown[] | undefined;

  /** `opened`: the answer is read in chunks. */
  constructor(priced: PricedRoutes, opened: OpenedStream | undefined) {
    this.#priced = priced;
    this.#opened = opened;
    this.#isOn = hasPrice(priced.route) && priced.routes.some((route) => isPricedOtherwise(route, priced.route));
    const keepsChunks = priced.usage !== undefined;
    this.#chunks = this.#isOn && keepsChunks && opened !== undefined ? [] : undefined;
    // Also with the option `usage`: the judge knows the end mark.
    this.#judge = this.#isOn ? readSafely(() => opened?.judge(), undefined) : undefined;
  }

  /** Has the end mark passed? Readers such as openai 7 stop there, and close the stream. */
  get isWhole(): boolean {
    return this.#judge?.hasEnded === true;
  }

  /** A chunk of the answer passes. Never throws. */
  chunk(chunk: unknown): void {
    this.#chunks?.push(chunk);
    readSafely(() => this.#judge?.read(chunk), undefined);
  }

  /** The answer is whole; `result` is the result of a call without a stream. Never throws. */
  record(span: PrimitiveSpan, result?: unknown): void {
    if (!this.#isOn) return;
    const { name, routes, route } = this.#priced;
    const usage = readSafely(() => this.#usage(result), undefined);
    const saved = usage && savedCost(routes, route, usage);
    if (saved === undefined) return;
    span.set({ [ROUTER.savedCost]: saved });
    addCount('routerSavedCost', saved, { [PRIMITIVE_NAME]: name, [ROUTER.route]: route.name });
  }

  #usage(result: unknown): UsageFacts | undefined {
    const { usage } = this.#priced;
    if (usage !== undefined) {
      const reported = asObject(usage(this.#chunks === undefined ? result : this.#opened?.readChunks(this.#chunks)));
      return reported && reportedUsage(reported);
    }
    return this.#opened === undefined ? judgeResult(result, true).facts?.usage : this.#judge?.judge().facts?.usage;
  }
}

const hasPrice = ({ price, provider, model }: RouteFacts): boolean =>
  price !== undefined || (provider !== undefined && model !== undefined);

const isPricedOtherwise = (route: RouteFacts, other: RouteFacts): boolean =>
  route.price !== other.price || route.provider !== other.provider || route.model !== other.model;
