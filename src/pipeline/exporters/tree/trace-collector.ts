import { CLOCK, type Clock } from '../../batches/clock.ts';
import { RecentKeys } from './spans/recent-keys.ts';
import { spanGroups } from './spans/span-groups.ts';
import type { TreeSpan } from './spans/tree-span.ts';

/** Milliseconds without a further span after which a trace whose root has ended is complete. */
const QUIET_MS = 200;
/** Longest wait for spans that end after the root. */
const LONGEST_QUIET_MS = 2000;
/** Spans held at once; then the trace that has waited longest is given out. */
const MOST_SPANS = 20_000;

interface HeldTrace {
  readonly spans: Map<string, { readonly span: TreeSpan; readonly at: number }>;
  /** Local roots that have ended. */
  readonly roots: Set<string>;
  /** One of the roots has no parent at all: nothing else of the trace is open. */
  isWhole: boolean;
  rootAt: number | undefined;
  lastAt: number;
  cancelTimer: (() => void) | undefined;
}

/** What a collector works with. */
export interface CollectorParts {
  /** Milliseconds that a span waits for its root. */
  readonly waitMs: number;
  /** Takes spans of one trace that belong together. Must not throw. */
  readonly onTrace: (spans: readonly TreeSpan[]) => void;
  readonly clock?: Clock | undefined;
}

/**
 * Holds finished spans until the trace of the spans is complete: the local root has ended, and 200 ms brought no further
 * span. Spans whose root stays away are given out after a while. No span is given out twice.
 */
export class TraceCollector {
  readonly #parts: CollectorParts;
  readonly #clock: Clock;
  readonly #traces = new Map<string, HeldTrace>();
  readonly #given = new RecentKeys();
  readonly #finished = new RecentKeys();
  #held = 0;

  constructor(parts: CollectorParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? CLOCK;
  }

  /** Takes a span that has ended. */
  add(span: TreeSpan): void {
    const { traceId, spanId } = span;
    const trace = this.#traces.get(traceId) ?? this.#open(traceId);
    if (trace.spans.has(spanId) || this.#given.has(traceId + spanId)) return;
    const at = this.#clock.now();
    trace.spans.set(spanId, { span, at });
    trace.lastAt = at;
    this.#held++;
    const isWhole = span.parentSpanId === undefined || this.#finished.has(traceId);
    if (isWhole || span.parentIsRemote === true) {
      trace.roots.add(spanId);
      trace.isWhole ||= isWhole;
      trace.rootAt ??= at;
      trace.cancelTimer?.();
      trace.cancelTimer = undefined;
    }
    this.#startTimer(traceId, trace);
    if (this.#held > MOST_SPANS) this.#giveOutOldest();
  }

  /** Gives out everything, a trace at a time. */
  flush(): void {
    for (const [traceId, trace] of this.#traces) this.#giveOut(traceId, trace, [...trace.spans.keys()]);
  }

  #open(traceId: string): HeldTrace {
    const trace: HeldTrace = {
      spans: new Map(),
      roots: new Set(),
      isWhole: false,
      rootAt: undefined,
      lastAt: 0,
      cancelTimer: undefined,
    };
    this.#traces.set(traceId, trace);
    return trace;
  }

  #giveOutOldest(): void {
    for (const [traceId, trace] of this.#traces) {
      this.#giveOut(traceId, trace, [...trace.spans.keys()]);
      return;
    }
  }

  #startTimer(traceId: string, trace: HeldTrace): void {
    const ms = Math.max(1, this.#dueAt(trace) - this.#clock.now());
    trace.cancelTimer ??= this.#clock.after(ms, () => {
      trace.cancelTimer = undefined;
      if (this.#dueAt(trace) <= this.#clock.now()) this.#giveOut(traceId, trace, this.#dueSpans(trace));
      if (trace.spans.size > 0) this.#startTimer(traceId, trace);
    });
  }

  #dueAt({ rootAt, lastAt, spans }: HeldTrace): number {
    if (rootAt !== undefined) return Math.min(lastAt + QUIET_MS, rootAt + LONGEST_QUIET_MS);
    // Spans stand in the order in which they came.
    const [oldest] = spans.values();
    return (oldest?.at ?? 0) + this.#parts.waitMs;
  }

  /**
   * The spans to give out, together with the spans that are connected to them. A root that has its parent in another process
   * may have brothers in this process that are still open, so that only spans below the root belong to the root.
   */
  #dueSpans({ spans, roots, rootAt, isWhole }: HeldTrace): string[] {
    if (isWhole) return [...spans.keys()];
    const groupOf = spanGroups([...spans.values()].map(({ span }) => span));
    const due = new Set<string>();
    if (rootAt !== undefined) for (const root of roots) due.add(groupOf(root));
    else {
      const until = this.#clock.now() + QUIET_MS - this.#parts.waitMs;
      for (const [id, { at }] of spans) if (at <= until) due.add(groupOf(id));
    }
    return [...spans.keys()].filter((id) => due.has(groupOf(id)));
  }

  #giveOut(traceId: string, trace: HeldTrace, ids: readonly string[]): void {
    const given: TreeSpan[] = [];
    for (const id of ids) {
      const held = trace.spans.get(id);
      if (held === undefined) continue;
      trace.spans.delete(id);
      this.#given.add(traceId + id);
      given.push(held.span);
    }
    this.#held -= given.length;
    if (trace.isWhole) this.#finished.add(traceId);
    trace.roots.clear();
    trace.rootAt = undefined;
    trace.isWhole = false;
    if (trace.spans.size === 0) {
      trace.cancelTimer?.();
      this.#traces.delete(traceId);
    }
    if (given.length > 0) this.#parts.onTrace(given);
  }
}
