import { randomBytes } from 'node:crypto';
import type { Attributes, AttributeValue, Link, Span, SpanContext, SpanOptions, SpanStatus } from '@opentelemetry/api';
import { FLAG_SAMPLED, KIND_CLIENT } from '../facts/semconv.ts';
import { now } from '../runtime/clock.ts';
import type { CapturedSpan } from './capture-types.ts';

const STATUS = ['unset', 'ok', 'error'] as const;

const id = (bytes: number): string => randomBytes(bytes).toString('hex');

/** A span in memory. Every span is kept, whatever the sampling of the parent. */
export class MemorySpan implements Span {
  ended = false;
  readonly #context: SpanContext;
  readonly #parent: SpanContext | undefined;
  readonly #scope: string;
  readonly #kind: CapturedSpan['kind'];
  readonly #startTime = Date.now();
  readonly #started = now();
  readonly #onEnd: () => void;
  readonly #attributes: Attributes = {};
  readonly #events: { name: string; attributes: Attributes }[] = [];
  readonly #links: { traceId: string; spanId: string; attributes: Attributes }[] = [];
  #name: string;
  #status: SpanStatus = { code: 0 };
  #durationMs = 0;

  constructor(
    scope: string,
    name: string,
    options: SpanOptions,
    parent: SpanContext | undefined,
    onEnd: (span: MemorySpan) => void,
  ) {
    this.#scope = scope;
    this.#name = name;
    this.#kind = options.kind === KIND_CLIENT ? 'client' : 'internal';
    this.#parent = parent;
    this.#context = { traceId: parent?.traceId ?? id(16), spanId: id(8), traceFlags: FLAG_SAMPLED };
    this.#onEnd = () => onEnd(this);
    this.setAttributes(options.attributes ?? {});
    this.addLinks(options.links ?? []);
  }

  get name(): string {
    return this.#name;
  }

  spanContext(): SpanContext {
    return this.#context;
  }

  isRecording(): boolean {
    return !this.ended;
  }

  setAttribute(name: string, value: AttributeValue): this {
    if (!this.ended && value !== undefined && value !== null) this.#attributes[name] = value;
    return this;
  }

  setAttributes(attributes: Attributes): this {
    for (const [name, value] of Object.entries(attributes)) this.setAttribute(name, value as AttributeValue);
    return this;
  }

  addEvent(name: string, attributes?: unknown): this {
    // The second argument may be the time.
    const isTime = typeof attributes !== 'object' || Array.isArray(attributes) || attributes instanceof Date;
    if (!this.ended) this.#events.push({ name, attributes: isTime ? {} : { ...(attributes as Attributes) } });
    return this;
  }

  addLink({ context: { traceId, spanId }, attributes = {} }: Link): this {
    if (!this.ended) this.#links.push({ traceId, spanId, attributes });
    return this;
  }

  addLinks(links: readonly Link[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  setStatus(status: SpanStatus): this {
    if (!this.ended) this.#status = status;
    return this;
  }

  updateName(name: string): this {
    if (!this.ended) this.#name = name;
    return this;
  }

  recordException(): void {}

  end(): void {
    if (this.ended) return;
    this.#durationMs = now() - this.#started;
    this.ended = true;
    this.#onEnd();
  }

  /** The span as plain data, a copy. */
  captured(): CapturedSpan {
    const { traceId, spanId } = this.#context;
    const { code, message } = this.#status;
    return {
      name: this.#name,
      kind: this.#kind,
      traceId,
      spanId,
      ...(this.#parent && { parentSpanId: this.#parent.spanId }),
      scope: this.#scope,
      startTime: this.#startTime,
      durationMs: this.#durationMs,
      status: STATUS[code],
      ...(message !== undefined && { statusMessage: message }),
      attributes: structuredClone(this.#attributes),
      events: structuredClone(this.#events),
      links: structuredClone(this.#links),
    };
  }
}
