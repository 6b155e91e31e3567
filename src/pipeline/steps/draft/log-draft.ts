import type { Resource } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { type AttributeRecord, copyAttributes, type Draft, expectField, isRecord, plainCopy } from './draft.ts';
import { resourceView, sourceOf } from './resource-view.ts';

/** Key of the body among the attributes, and the key of an attribute that has the same key. */
const BODY = 'body';
const OTHER_BODY = 'attributes.body';

/** The copy of a log record. The body stands among the attributes, so that every step reaches the body. */
export class LogDraft implements Draft {
  readonly item: ReadableLogRecord;
  name: string | undefined;
  statusMessage: undefined;
  attributes: AttributeRecord;
  timedEvents: readonly never[] = [];
  links: readonly never[] = [];
  source: Resource;
  readonly kind = undefined;
  readonly status = undefined;
  readonly parent = undefined;
  readonly events = undefined;
  readonly duration = undefined;
  readonly localParentId = undefined;
  readonly #before: AttributeRecord;
  #own: Record<string, unknown> | undefined;

  constructor(item: ReadableLogRecord) {
    this.item = item;
    this.name = item.eventName;
    this.#before = withBody(item);
    this.attributes = this.#before;
    this.source = item.resource;
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

  get resource(): AttributeRecord {
    return this.source.attributes;
  }

  get spanId(): string | undefined {
    return this.item.spanContext?.spanId;
  }

  get traceId(): string | undefined {
    return this.item.spanContext?.traceId;
  }

  toItem(): ReadableLogRecord {
    const { item } = this;
    const isSame = this.attributes === this.#before && this.name === item.eventName && this.source === item.resource;
    return isSame ? item : this.#changedItem();
  }

  #changedItem(): ReadableLogRecord {
    const { item, name } = this;
    const { [BODY]: body, [OTHER_BODY]: otherBody, ...attributes } = this.attributes;
    const changed = {
      hrTime: item.hrTime,
      hrTimeObserved: item.hrTimeObserved,
      spanContext: item.spanContext,
      severityText: item.severityText,
      severityNumber: item.severityNumber,
      body,
      eventName: name,
      resource: this.source,
      instrumentationScope: item.instrumentationScope,
      attributes: otherBody === undefined ? attributes : { ...attributes, [BODY]: otherBody },
      droppedAttributesCount: item.droppedAttributesCount,
    };
    return changed as ReadableLogRecord;
  }

  toPlainItem(): Record<string, unknown> {
    const record = this.#changedItem();
    return {
      ...record,
      hrTime: [...record.hrTime],
      hrTimeObserved: [...record.hrTimeObserved],
      body: plainCopy(record.body),
      attributes: plainCopy(record.attributes),
      resource: resourceView(record.resource),
      instrumentationScope: Object.freeze({ ...record.instrumentationScope }),
    };
  }

  absorb(item: Readonly<Record<string, unknown>>): void {
    const { eventName, attributes, body, resource } = item;
    expectField(eventName === undefined || typeof eventName === 'string', 'eventName', 'a text');
    expectField(isRecord(attributes), 'attributes', 'an object');
    expectField(isRecord(resource) && isRecord(resource.attributes), 'resource', 'a resource');
    this.name = eventName as string | undefined;
    this.attributes = withBody({ attributes: attributes as AttributeRecord, body });
    this.source = sourceOf(resource as object);
  }
}

function withBody({
  attributes,
  body,
}: {
  readonly attributes: AttributeRecord;
  readonly body?: unknown;
}): AttributeRecord {
  const draft = copyAttributes(attributes);
  if (draft[BODY] !== undefined) {
    draft[OTHER_BODY] = draft[BODY];
    delete draft[BODY];
  }
  if (body !== undefined) draft[BODY] = body;
  return draft;
}
