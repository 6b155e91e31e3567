/** Decisions about whole traces of this process, made when their spans have ended. Loaded by pipelines with `tail`. */
import { TraceFlags } from '@opentelemetry/api';
import type { TailSettings } from '../../config/sampling/tail-settings.ts';
import { errorName } from '../../runtime/error-name.ts';
import { warnOnce } from '../../runtime/log.ts';
import { DecisionCounts } from '../decisions/decision-counts.ts';
import { isSamplingLogged } from '../decisions/running-sampler.ts';
import { samplingLog } from '../decisions/sampling-log.ts';
import { DecidedTraces } from './decided-traces.ts';
import { OpenSpans } from './open-spans.ts';
import { isLocalRoot } from './span-subject.ts';
import type { CreateTail, Tail, TailHost, TailSpan } from './tail.ts';
import { compilePolicies, type Decide, type Verdict } from './tail-policies.ts';

/** The attribute of local roots that names the policy. */
const POLICY = 'llm_otel.sampling.policy';

/** A trace that the policies cannot read. */
const UNDECIDED: Verdict = { isKept: true, policy: 'error' };

/** Spans of a trace that have ended. */
interface WaitingTrace {
  readonly spans: TailSpan[];
  readonly sizes: number[];
  /** When the trace is decided at the latest. */
  readonly deadline: number;
  bytes: number;
  /** The first local root that has ended. */
  root: TailSpan | undefined;
}

/** A span that is kept, on its way into the queue. */
interface Kept {
  readonly span: object;
  readonly size: number;
}

/** Holds the spans of each trace until a decision about the trace. */
class TailBuffer implements Tail {
  readonly #settings: TailSettings;
  readonly #host: TailHost;
  readonly #decide: Decide;
  readonly #open: OpenSpans;
  readonly #decided: DecidedTraces;
  /** The trace whose first span has ended first comes first. */
  readonly #waiting = new Map<string, WaitingTrace>();
  readonly #kept: Kept[] = [];
  #isReleasing = false;
  #cancelTimer: (() => void) | undefined;
  readonly counts = new DecisionCounts();
  spans = 0;
  bytes = 0;

  constructor(pipeline: string, settings: TailSettings, host: TailHost) {
    this.#settings = settings;
    this.#host = host;
    this.#decide = compilePolicies(pipeline, settings, host.clock.now());
    this.#open = new OpenSpans(settings.maxTraces);
    this.#decided = new DecidedTraces(settings.decided);
  }

  get traces(): number {
    return this.#waiting.size;
  }

  start(started: object): void {
    const span = started as TailSpan;
    const { traceId, traceFlags } = span.spanContext();
    if ((traceFlags & TraceFlags.SAMPLED) === 0) return;
    this.#open.start(traceId);
    // A new request of a trace is no late span: a request before may have been dropped because nothing was worth keeping yet.
    if (isLocalRoot(span) && this.#decided.get(traceId)?.isKept === false) this.#decided.delete(traceId);
  }

  add(ended: object, size: number): void {
    const span = ended as TailSpan;
    const { traceId } = span.spanContext();
    const hasAllEnded = this.#open.end(traceId);
    const verdict = this.#decided.get(traceId);
    if (verdict !== undefined) {
      if (verdict.isKept) this.#release([{ span: marked(span, verdict), size }]);
      else this.#host.discard(1);
      return;
    }
    const trace = this.#hold(traceId, span, size);
    if (hasAllEnded && trace.root !== undefined) this.#end(traceId, trace);
    while (this.#isFull() && this.decideOldest());
  }

  decideOldest(): boolean {
    const [oldest] = this.#waiting;
    if (oldest === undefined) return false;
    this.#end(...oldest);
    return true;
  }

  decideAll(): void {
    while (this.decideOldest());
  }

  #isFull(): boolean {
    const { maxTraces, maxSpans } = this.#settings;
    return this.#waiting.size > maxTraces || this.spans > maxSpans || this.#host.isOverBytes(this.bytes);
  }

  #hold(traceId: string, span: TailSpan, size: number): WaitingTrace {
    let trace = this.#waiting.get(traceId);
    if (trace === undefined) {
      const deadline = this.#host.clock.now() + this.#settings.decisionWait;
      trace = { spans: [], sizes: [], deadline, bytes: 0, root: undefined };
      this.#waiting.set(traceId, trace);
      this.#cancelTimer ??= this.#startTimer(this.#settings.decisionWait);
    }
    trace.spans.push(span);
    trace.sizes.push(size);
    trace.bytes += size;
    this.spans++;
    this.bytes += size;
    if (isLocalRoot(span)) trace.root ??= span;
    return trace;
  }

  /** Decides about a trace, and lets go of its spans. */
  #end(traceId: string, { spans, sizes, bytes, root }: WaitingTrace): void {
    this.#waiting.delete(traceId);
    if (this.#waiting.size === 0) this.#stopTimer();
    const verdict = this.#judge(traceId, spans);
    this.#decided.set(traceId, verdict);
    const decision = verdict.isKept ? 'keep' : 'discard';
    this.counts.add(verdict.policy, decision);
    if (isSamplingLogged()) samplingLog().write(decision, verdict.policy, (root ?? spans[0])?.name ?? '', traceId);
    if (verdict.isKept) {
      this.#release(
        spans.map((span, index) => ({ span: marked(span, verdict), size: sizes[index] ?? 0 })),
        true,
      );
      return;
    }
    this.spans -= spans.length;
    this.bytes -= bytes;
    this.#host.discard(spans.length);
  }

  /** The decision about a trace. The application may be in its call of `span.end()`, and a span may be of another shape. */
  #judge(traceId: string, spans: readonly TailSpan[]): Verdict {
    try {
      return this.#decide(traceId, spans, this.#host.clock.now());
    } catch (error) {
      warnOnce(`the policies of tail could not read a trace (${errorName(error)}); such traces are kept.`);
      return UNDECIDED;
    }
  }

  /**
   * Hands over spans one after the other: the queue may be full, and then asks for further decisions while a span is handed over.
   * @param isHeld true if the spans are counted here until then
   */
  #release(kept: readonly Kept[], isHeld = false): void {
    if (!isHeld)
      for (const { size } of kept) {
        this.spans++;
        this.bytes += size;
      }
    this.#kept.push(...kept);
    if (this.#isReleasing) return;
    this.#isReleasing = true;
    try {
      for (let next = this.#kept.shift(); next !== undefined; next = this.#kept.shift()) {
        this.spans--;
        this.bytes -= next.size;
        this.#host.release(next.span, next.size);
      }
    } finally {
      this.#isReleasing = false;
    }
  }

  #startTimer(ms: number): () => void {
    return this.#host.clock.after(ms, () => this.#endWaits());
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** Decides about traces whose time is over, and waits for the next. */
  #endWaits(): void {
    this.#cancelTimer = undefined;
    const now = this.#host.clock.now();
    for (const [traceId, trace] of this.#waiting) {
      if (trace.deadline > now) {
        this.#stopTimer();
        this.#cancelTimer = this.#startTimer(trace.deadline - now);
        return;
      }
      this.#end(traceId, trace);
    }
  }
}

/** A local root with the name of the policy. All pipelines share a span, so another span has the attribute. */
function marked(span: TailSpan, { policy }: Verdict): object {
  if (!isLocalRoot(span)) return span;
  const attributes = { ...span.attributes, [POLICY]: policy };
  return Object.create(span, { attributes: { value: attributes, enumerable: true } }) as object;
}

/** Makes the tail decisions of a pipeline. */
export const createTail: CreateTail = (pipeline, settings, host) => new TailBuffer(pipeline, settings, host);
