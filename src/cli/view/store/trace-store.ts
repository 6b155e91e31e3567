import type { LogRow, TraceRow, ViewedSpan } from '../../../viewer/page-data.ts';
import { flatSpan } from '../otlp/flat-span.ts';
import type { ReceivedItem } from '../otlp/read-request.ts';
import { bytesOfItem } from './bytes-of-item.ts';
import { hasWords } from './has-words.ts';
import { traceRow } from './trace-row.ts';

/** Bounds of the store. */
export interface StoreLimits {
  readonly maxSpans: number;
  readonly maxBytes: number;
}

/** A span as it came and as the page shows it. */
export interface KeptSpan {
  readonly received: ReceivedItem;
  readonly span: ViewedSpan;
  readonly bytes: number;
}

interface KeptTrace {
  readonly spans: Map<string, KeptSpan>;
  row: TraceRow | undefined;
}

/** Reads the log records of a trace. */
export type LogsOfTrace = (traceId: string) => readonly LogRow[];

/** The newest traces, each whole: when the room is full, the trace that came first makes room. */
export class TraceStore {
  readonly #limits: StoreLimits;
  readonly #logsOf: LogsOfTrace;
  /** In the order in which traces first came. */
  readonly #traces = new Map<string, KeptTrace>();
  #spanCount = 0;
  #bytes = 0;
  #sorted: readonly TraceRow[] | undefined;
  /** Traces that made room for newer ones. */
  dropped = 0;
  /** Spans of a trace that is larger than all the room. */
  droppedSpans = 0;

  constructor(limits: StoreLimits, logsOf: LogsOfTrace) {
    this.#limits = limits;
    this.#logsOf = logsOf;
  }

  /** Number of spans in the store. */
  get spanCount(): number {
    return this.#spanCount;
  }

  /** Keeps a span, in place of a span with the same ids. Returns the id of the trace. */
  add(received: ReceivedItem): string {
    const span = flatSpan(received);
    const { traceId, spanId } = span;
    const bytes = bytesOfItem(received.item);
    const trace = this.#traceOf(traceId);
    const before = trace.spans.get(spanId);
    if (before !== undefined) this.#count(-1, -before.bytes);
    trace.spans.delete(spanId);
    this.#makeRoom(traceId, bytes);
    if (this.#isFull(bytes)) this.droppedSpans++;
    else {
      trace.spans.set(spanId, { received, span, bytes });
      this.#count(1, bytes);
    }
    if (trace.spans.size === 0) this.#traces.delete(traceId);
    this.forget(traceId);
    return traceId;
  }

  /** The trace changed, or its log records did: the row is made anew. */
  forget(traceId: string): void {
    const trace = this.#traces.get(traceId);
    if (trace === undefined) return;
    trace.row = undefined;
    this.#sorted = undefined;
  }

  /** Rows of all traces, newest first. */
  rows(): readonly TraceRow[] {
    this.#sorted ??= [...this.#traces.keys()]
      .map((traceId) => this.row(traceId))
      .filter((row) => row !== undefined)
      .reverse()
      .sort((a, b) => b.startTime - a.startTime);
    return this.#sorted;
  }

  /** The row of a trace. */
  row(traceId: string): TraceRow | undefined {
    const trace = this.#traces.get(traceId);
    if (trace === undefined) return undefined;
    trace.row ??= traceRow(traceId, this.spans(traceId), this.#logsOf(traceId));
    return trace.row;
  }

  /** The spans of a trace by their start. */
  spans(traceId: string): ViewedSpan[] {
    return this.kept(traceId)
      .map(({ span }) => span)
      .sort((a, b) => a.startTime - b.startTime);
  }

  /** Spans as they came. */
  kept(traceId: string): readonly KeptSpan[] {
    return [...(this.#traces.get(traceId)?.spans.values() ?? [])];
  }

  /** A span as it came. */
  find(traceId: string, spanId: string): KeptSpan | undefined {
    return this.#traces.get(traceId)?.spans.get(spanId);
  }

  /** Ids of all traces, in the order in which the traces first came. */
  traceIds(): string[] {
    return [...this.#traces.keys()];
  }

  /** True if a trace has all words, which are in lower case, in its names, attributes, events and log records. */
  hasWords(traceId: string, words: readonly string[]): boolean {
    return hasWords([traceId, this.spans(traceId), this.#logsOf(traceId)], words);
  }

  /** Forgets everything. */
  clear(): void {
    this.#traces.clear();
    this.#sorted = undefined;
    this.#spanCount = 0;
    this.#bytes = 0;
    this.dropped = 0;
    this.droppedSpans = 0;
  }

  #traceOf(traceId: string): KeptTrace {
    const found = this.#traces.get(traceId);
    if (found !== undefined) return found;
    const trace: KeptTrace = { spans: new Map(), row: undefined };
    this.#traces.set(traceId, trace);
    return trace;
  }

  #isFull(bytes: number): boolean {
    return this.#spanCount + 1 > this.#limits.maxSpans || this.#bytes + bytes > this.#limits.maxBytes;
  }

  /** The oldest traces go, but for the trace that needs the room. */
  #makeRoom(traceId: string, bytes: number): void {
    for (const [oldest, { spans }] of this.#traces) {
      if (!this.#isFull(bytes)) return;
      if (oldest === traceId) continue;
      this.#traces.delete(oldest);
      this.#sorted = undefined;
      this.dropped++;
      for (const kept of spans.values()) this.#count(-1, -kept.bytes);
    }
  }

  #count(spans: number, bytes: number): void {
    this.#spanCount += spans;
    this.#bytes += bytes;
  }
}
