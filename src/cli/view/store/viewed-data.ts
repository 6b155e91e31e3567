import type {
  ConversationDetail,
  ConversationRow,
  LogRow,
  ModelRow,
  Stats,
  TraceDetail,
  TraceList,
  TraceRow,
  ViewedSpan,
} from '../../../viewer/page-data.ts';
import { type ReadRequest, type ReceivedItem, readRequest, type Signal } from '../otlp/read-request.ts';
import { attributesWithContent } from './content-of.ts';
import { callsByConversation, conversationDetail, conversationRow } from './conversations.ts';
import { LogStore } from './log-store.ts';
import { MetricStore } from './metric-store.ts';
import { modelRows } from './model-rows.ts';
import { type KeptSpan, type StoreLimits, TraceStore } from './trace-store.ts';

/** What the list of traces is asked for. */
export interface TraceQuery {
  readonly limit: number;
  /** `next` of the page before. */
  readonly before?: string | undefined;
  /** Words in lower case, all of which a trace has to have. */
  readonly words: readonly string[];
  readonly hasErrors: boolean;
  readonly hasStreams: boolean;
  readonly hasTools: boolean;
  readonly model?: string | undefined;
  readonly service?: string | undefined;
}

/** Part of the bytes for log records; the rest is for spans. */
const LOGS_SHARE = 4;

/** Everything that was received, as the page asks for it. */
export class ViewedData {
  readonly #logs: LogStore;
  readonly #traces: TraceStore;
  readonly #metrics = new MetricStore();
  readonly #changed = new Set<(traceIds: ReadonlySet<string>) => void>();

  constructor(limits: StoreLimits) {
    this.#logs = new LogStore({ maxSpans: limits.maxSpans, maxBytes: limits.maxBytes / LOGS_SHARE });
    this.#traces = new TraceStore(limits, this.#logs.ofTrace);
  }

  /** Keeps the items of a request. Throws a TypeError if the request is none. */
  receive(signal: Signal, request: unknown): ReadRequest {
    const read = readRequest(signal, request);
    const traceIds = new Set<string>();
    for (const item of read.items) {
      const traceId = this.#keep(signal, item);
      if (traceId !== undefined) traceIds.add(traceId);
    }
    this.#tellChanged(traceIds);
    return read;
  }

  /** Calls `listener` with the ids of traces that changed; an empty set if something else did. Returns the end of the calls. */
  onChange(listener: (traceIds: ReadonlySet<string>) => void): () => void {
    this.#changed.add(listener);
    return () => void this.#changed.delete(listener);
  }

  /** A page of the list of traces. */
  list({ limit, before, ...query }: TraceQuery): TraceList {
    const all = this.#traces.rows();
    const matching = all.filter((row) => this.#matches(row, query));
    const start = before === undefined ? 0 : placeBehind(matching, before);
    const traces = matching.slice(start, start + limit);
    const last = traces.at(-1);
    return {
      traces,
      next: start + limit < matching.length ? last && placeOf(last) : undefined,
      total: matching.length,
      dropped: this.#traces.dropped,
      models: sortedSet(all.flatMap(({ models }) => models)),
      services: sortedSet(all.map(({ service }) => service).filter((name) => name !== '')),
    };
  }

  /** The row of a trace. */
  row(traceId: string): TraceRow | undefined {
    return this.#traces.row(traceId);
  }

  /** A trace with its spans and log records; undefined if there is none. */
  detail(traceId: string): TraceDetail | undefined {
    const spans = this.#traces.spans(traceId);
    if (spans.length === 0) return undefined;
    const logs = this.#logs.ofTrace(traceId);
    return { traceId, spans: spans.map((span) => ({ ...span, attributes: attributesWithContent(span, logs) })), logs };
  }

  /** A span as it came, and with the content of its log records. */
  span(traceId: string, spanId: string): { readonly kept: KeptSpan; readonly span: ViewedSpan } | undefined {
    const kept = this.#traces.find(traceId, spanId);
    if (kept === undefined) return undefined;
    const attributes = attributesWithContent(kept.span, this.#logs.ofTrace(traceId));
    return { kept, span: { ...kept.span, attributes } };
  }

  /** Conversations, the newest first. */
  conversations(): ConversationRow[] {
    return [...this.#calls()]
      .map(([id, calls]) => conversationRow(id, calls, this.#logs.ofTrace))
      .sort((a, b) => b.startTime - a.startTime);
  }

  /** One conversation; undefined if there is none. */
  conversation(id: string): ConversationDetail | undefined {
    const calls = this.#calls().get(id);
    return calls && conversationDetail(id, calls, this.#logs.ofTrace);
  }

  /** Sums by model. */
  models(): ModelRow[] {
    return modelRows(this.#spansByTrace().flat());
  }

  /** Log records, newest first. */
  logs(): LogRow[] {
    return this.#logs.rows();
  }

  /** Metrics by name. */
  metrics(): ReturnType<MetricStore['rows']> {
    return this.#metrics.rows();
  }

  /** Sums of everything. */
  stats(endpoint: string): Stats {
    const rows = this.#traces.rows();
    const sum = (field: 'inputTokens' | 'outputTokens' | 'cost'): number | undefined =>
      rows.reduce<number | undefined>(
        (total, row) => (row[field] === undefined ? total : (total ?? 0) + row[field]),
        undefined,
      );
    return {
      traces: rows.length,
      spans: this.#traces.spanCount,
      calls: rows.reduce((total, { calls }) => total + calls, 0),
      errors: rows.reduce((total, { errors }) => total + errors, 0),
      inputTokens: sum('inputTokens'),
      outputTokens: sum('outputTokens'),
      cost: sum('cost'),
      logs: this.#logs.size,
      metrics: this.#metrics.size,
      dropped: this.#traces.dropped,
      droppedSpans: this.#traces.droppedSpans,
      endpoint,
    };
  }

  /** Spans and log records as they came, in the order in which they came. */
  received(): { readonly signal: 'traces' | 'logs'; readonly received: ReceivedItem }[] {
    const spans = this.#traces.traceIds().flatMap((traceId) => this.#traces.kept(traceId));
    return [
      ...spans.map(({ received }) => ({ signal: 'traces' as const, received })),
      ...this.#logs.kept().map(({ received }) => ({ signal: 'logs' as const, received })),
    ];
  }

  /** Forgets everything. */
  clear(): void {
    this.#traces.clear();
    this.#logs.clear();
    this.#metrics.clear();
  }

  #keep(signal: Signal, item: ReceivedItem): string | undefined {
    if (signal === 'traces') return this.#traces.add(item);
    if (signal === 'metrics') {
      this.#metrics.add(item);
      return undefined;
    }
    const traceId = this.#logs.add(item);
    if (traceId !== undefined) this.#traces.forget(traceId);
    return traceId;
  }

  #tellChanged(traceIds: ReadonlySet<string>): void {
    for (const listener of this.#changed) listener(traceIds);
  }

  #matches(
    row: TraceRow,
    { words, hasErrors, hasStreams, hasTools, model, service }: Omit<TraceQuery, 'limit' | 'before'>,
  ): boolean {
    if ((hasErrors && row.errors === 0) || (hasStreams && row.streams === 0) || (hasTools && row.tools === 0))
      return false;
    if (model !== undefined && !row.models.includes(model)) return false;
    if (service !== undefined && row.service !== service) return false;
    return words.length === 0 || this.#traces.hasWords(row.traceId, words);
  }

  #spansByTrace(): ViewedSpan[][] {
    return this.#traces.traceIds().map((traceId) => this.#traces.spans(traceId));
  }

  #calls(): Map<string, ViewedSpan[]> {
    return callsByConversation(this.#spansByTrace());
  }
}

const sortedSet = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

const placeOf = ({ startTime, traceId }: TraceRow): string => `${startTime}:${traceId}`;

/** The index behind the row of a place. The row may be gone: then behind all rows that started later. */
function placeBehind(rows: readonly TraceRow[], place: string): number {
  const [time = '', traceId = ''] = place.split(':');
  const found = rows.findIndex((row) => row.traceId === traceId);
  if (found >= 0) return found + 1;
  const older = rows.findIndex(({ startTime }) => startTime < Number(time));
  return older < 0 ? rows.length : older;
}
