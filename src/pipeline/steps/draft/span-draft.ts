import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { type MatchSubject, placeOfParent, SPAN_KINDS, STATUSES } from '../../match/match-subject.ts';
import {
  type AttributeRecord,
  copyAttributes,
  type Draft,
  type DraftEvent,
  type DraftPart,
  expectField,
  isRecord,
  plainCopy,
} from './draft.ts';
import { resourceView, sourceOf } from './resource-view.ts';

/** The copy of a span. */
export class SpanDraft implements Draft {
  readonly item: ReadableSpan;
  name: string;
  statusMessage: string | undefined;
  attributes: AttributeRecord;
  timedEvents: readonly DraftEvent[];
  links: readonly DraftPart[];
  source: Resource;
  #kind: number;
  #own: Record<string, unknown> | undefined;

  constructor(item: ReadableSpan) {
    this.item = item;
    this.name = item.name;
    this.statusMessage = item.status.message;
    this.attributes = item.attributes;
    this.timedEvents = item.events;
    this.links = item.links;
    this.source = item.resource;
    this.#kind = item.kind;
  }

  ownAttributes(): Record<string, unknown> {
    if (this.#own === undefined || this.#own !== this.attributes) {
      this.#own = copyAttributes(this.attributes);
      this.attributes = this.#own;
    }
    return this.#own;
  }

  get scope(): string | undefined {
    return this.item.instrumentationScope?.name;
  }

  get kind(): MatchSubject['kind'] {
    return SPAN_KINDS[this.#kind];
  }

  get status(): MatchSubject['status'] {
    return STATUSES[this.item.status.code];
  }

  get parent(): MatchSubject['parent'] {
    return placeOfParent(this.item.parentSpanContext);
  }

  get events(): readonly string[] {
    return this.timedEvents.map(({ name }) => name);
  }

  get resource(): AttributeRecord {
    return this.source.attributes;
  }

  get duration(): number {
    const [seconds, nanoseconds] = this.item.duration;
    return seconds * 1e3 + nanoseconds / 1e6;
  }

  get spanId(): string {
    return this.item.spanContext().spanId;
  }

  get traceId(): string {
    return this.item.spanContext().traceId;
  }

  get localParentId(): string | undefined {
    const parent = this.item.parentSpanContext;
    return parent?.isRemote === true ? undefined : parent?.spanId;
  }

  toItem(): ReadableSpan {
    const { item } = this;
    const isSame =
      this.attributes === item.attributes &&
      this.timedEvents === item.events &&
      this.name === item.name &&
      this.statusMessage === item.status.message &&
      this.links === item.links &&
      this.source === item.resource &&
      this.#kind === item.kind;
    return isSame ? item : this.#changedItem();
  }

  #changedItem(): ReadableSpan {
    const { item, statusMessage } = this;
    const context = item.spanContext();
    return {
      name: this.name,
      kind: this.#kind,
      spanContext: () => context,
      ...(item.parentSpanContext === undefined ? {} : { parentSpanContext: item.parentSpanContext }),
      startTime: item.startTime,
      endTime: item.endTime,
      status:
        statusMessage === item.status.message
          ? item.status
          : { code: item.status.code, ...(statusMessage === undefined ? {} : { message: statusMessage }) },
      attributes: this.attributes as ReadableSpan['attributes'],
      links: this.links as ReadableSpan['links'],
      events: this.timedEvents as ReadableSpan['events'],
      duration: item.duration,
      ended: item.ended,
      resource: this.source,
      instrumentationScope: item.instrumentationScope,
      droppedAttributesCount: item.droppedAttributesCount,
      droppedEventsCount: item.droppedEventsCount,
      droppedLinksCount: item.droppedLinksCount,
    };
  }

  toPlainItem(): Record<string, unknown> {
    const span = this.#changedItem();
    const context = { ...span.spanContext() };
    return {
      ...span,
      spanContext: () => context,
      startTime: [...span.startTime],
      endTime: [...span.endTime],
      duration: [...span.duration],
      status: { ...span.status },
      attributes: plainCopy(span.attributes),
      links: span.links.map((link) => ({ ...link, attributes: plainCopy(link.attributes ?? {}) })),
      events: span.events.map(({ time, ...event }) => ({
        ...event,
        time: [...time],
        attributes: plainCopy(event.attributes ?? {}),
      })),
      resource: resourceView(span.resource),
      instrumentationScope: Object.freeze({ ...span.instrumentationScope }),
    };
  }

  absorb(item: Readonly<Record<string, unknown>>): void {
    const { name, kind, status, attributes, events, links, resource } = item;
    expectField(typeof name === 'string', 'name', 'a text');
    expectField(typeof kind === 'number' && SPAN_KINDS[kind] !== undefined, 'kind', 'a SpanKind');
    expectField(isRecord(status), 'status', 'an object');
    expectField(isRecord(attributes), 'attributes', 'an object');
    expectField(Array.isArray(events) && events.every((event) => isRecord(event) && typeof event.name === 'string' && Array.isArray(event.time)), 'events', 'a list of events'); // biome-ignore format: a row
    expectField(Array.isArray(links) && links.every((link) => isRecord(link) && isRecord(link.context)), 'links', 'a list of links'); // biome-ignore format: a row
    expectField(isRecord(resource) && isRecord(resource.attributes), 'resource', 'a resource');
    const { message } = status as { message?: unknown };
    this.name = name as string;
    this.#kind = kind as number;
    this.statusMessage = typeof message === 'string' ? message : undefined;
    this.attributes = attributes as AttributeRecord;
    this.timedEvents = events as readonly DraftEvent[];
    this.links = links as readonly DraftPart[];
    this.source = sourceOf(resource as object);
  }
}
