import { CLOCK, type Clock } from '../../batches/pipeline-clock.ts';
import { RecentKeys } from './spans/recent-keys.ts';
import { spanGroups } from './spans/span-groups.ts';
import type { TreeSpan } from './spans/tree-span.ts';

/** Milliseconds without a further span that complete a trace after the end of the root. */
const QUIET_MS = 200;
/** Longest wait for spans after the end of the root. */
const LONGEST_QUIET_MS = 2000;
/** Spans held at once; with more spans the oldest trace is released. */
const MOST_SPANS = 20_000;

interface HeldTrace {
  readonly spans: Map<string, { readonly span: TreeSpan; readonly at: number }>;
  /** Finished local roots. */
  readonly roots: Set<string>;
  /** A root without any parent has ended, so no span of the trace is open. */
  isWhole: boolean;
  rootAt: number | undefined;
  lastAt: number;
  cancelTimer: (() => void) | undefined;
}

/** Settings and callback of a collector. */
export interface CollectorParts {
  /** Milliseconds that a span waits for the root. */
  readonly waitMs: number;
  /** Takes connected spans of one trace. Must not throw. */
  readonly onTrace: (spans: readonly TreeSpan[]) => void;
  readonly clock?: Clock | undefined;
}

/**
 * Holds finished spans until the trace is complete: the local root has ended, and 200 ms brought no further span. Spans
 * without a root are released after a while. No span is released twice.
 */
export class TraceCollector {
  readonly #parts: CollectorParts;
  readonly #clock: Clock;
  readonly #traces = new Map<string, HeldTrace>();
  readonly #released = new RecentKeys();
  #held = 0;

  constructor(parts: CollectorParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? CLOCK;
  }

  /** Takes a finished span. */
  add(span: TreeSpan): void {
    const { traceId, spanId } = span;
    const trace = this.#traces.get(traceId) ?? this.#open(traceId);
    if (trace.spans.has(spanId) || this.#released.has(traceId + spanId)) return;
    const at = this.#clock.now();
    trace.spans.set(spanId, { span, at });
    trace.lastAt = at;
    this.#held++;
    const { parentSpanId } = span;
    const isWhole = parentSpanId === undefined;
    // A span that comes after the parent was released has nothing to wait for.
    if (isWhole || span.parentIsRemote === true || this.#released.has(traceId + parentSpanId)) {
      trace.roots.add(spanId);
      trace.isWhole ||= isWhole;
      trace.rootAt ??= at;
      trace.cancelTimer?.();
      trace.cancelTimer = undefined;
    }
    this.#startTimer(traceId, trace);
    if (this.#held > MOST_SPANS) this.#releaseOldest();
  }

  /** Releases everything, a trace at a time. */
  flush(): void {
    for (const [traceId, trace] of this.#traces) this.#release(traceId, trace, [...trace.spans.keys()]);
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

  #releaseOldest(): void {
    for (const [traceId, trace] of this.#traces) {
      this.#release(traceId, trace, [...trace.spans.keys()]);
      return;
    }
  }

  #startTimer(traceId: string, trace: HeldTrace): void {
    const ms = Math.max(1, this.#dueAt(trace) - this.#clock.now());
    trace.cancelTimer ??= this.#clock.after(ms, () => {
      trace.cancelTimer = undefined;
      if (this.#dueAt(trace) <= this.#clock.now()) this.#release(traceId, trace, this.#dueSpans(trace));
      if (trace.spans.size > 0) this.#startTimer(traceId, trace);
    });
  }

  #dueAt({ rootAt, lastAt, spans }: HeldTrace): number {
    if (rootAt !== undefined) return Math.min(lastAt + QUIET_MS, rootAt + LONGEST_QUIET_MS);
    // Spans stand in the order of arrival.
    const [oldest] = spans.values();
    return (oldest?.at ?? 0) + this.#parts.waitMs;
  }

  /**
   * The spans to release, and all connected spans. A root with a parent in another process may have brothers in the same
   * trace and process. The brothers may be open, so only spans below the finished root are released.
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

  #release(traceId: string, trace: HeldTrace, ids: readonly string[]): void {
    const released: TreeSpan[] = [];
    for (const id of ids) {
      const held = trace.spans.get(id);
      if (held === undefined) continue;
      trace.spans.delete(id);
      this.#released.add(traceId + id);
      released.push(held.span);
    }
    this.#held -= released.length;
    trace.roots.clear();
    trace.rootAt = undefined;
    trace.isWhole = false;
    if (trace.spans.size === 0) {
      trace.cancelTimer?.();
      this.#traces.delete(traceId);
    }
    if (released.length > 0) this.#parts.onTrace(released);
  }
}
