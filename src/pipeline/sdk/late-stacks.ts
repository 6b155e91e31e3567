/**
 * Stacks of recorded errors are read with the batch: see src/otel/late-stack.ts. Until then a placeholder stands for a stack, so
 * that limits of attributes count the stack.
 *
 * The methods of spans and loggers are replaced. Safe, because the SDK is bundled at a fixed version: what `addEvent`,
 * `recordException` and `emit` do was checked with 2.12.1 and 0.223.0 by test/pipeline/late-stacks.test.ts.
 */
import type { Attributes, Exception, TimeInput } from '@opentelemetry/api';
import type { LoggerProvider, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { EXCEPTION_STACKTRACE, lateStackOf, type ReadStack } from '../../otel/late-stack.ts';
import { readSafely } from '../../runtime/guard.ts';
import { originalItem } from '../batches/original-item.ts';

/** A stack of a span or of a log record, with the attributes to which the stack belongs. */
interface LateStack {
  readonly attributes: Record<string, unknown>;
  readonly read: ReadStack;
}

const PLACEHOLDER = '-';

/** Stacks that are not read yet, by span or log record. */
const unread = new WeakMap<object, LateStack[]>();

/** Makes the step that reads the stacks of items, before other steps; a stack longer than `lengthLimit` is cut. */
export function fillStacks(lengthLimit: number): <Item extends object>(items: readonly Item[]) => readonly Item[] {
  return (items) => {
    for (const item of items) fillStacksOf(item, lengthLimit);
    return items;
  };
}

function fillStacksOf(item: object, lengthLimit: number): void {
  const original = originalItem(unread, item);
  const stacks = unread.get(original);
  if (stacks === undefined) return;
  unread.delete(original);
  for (const { attributes, read } of stacks) {
    // A stack is made by code of the application if the application has set `Error.prepareStackTrace`.
    const stack = readSafely(read, undefined);
    if (stack === undefined) delete attributes[EXCEPTION_STACKTRACE];
    else attributes[EXCEPTION_STACKTRACE] = stack.slice(0, lengthLimit);
  }
}

/** Lets the spans of a provider keep the stacks of exceptions for {@link fillStacks}. */
export const readStacksLate: SpanProcessor = {
  onStart(span) {
    span.addEvent = addEvent;
    span.recordException = recordException;
  },
  onEnd() {},
  forceFlush: async () => {},
  shutdown: async () => {},
};

function addEvent(this: Span, name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): Span {
  const add = (attributes: typeof attributesOrTime): Span =>
    classOf(this).addEvent.call(this, name, attributes, time) as Span;
  if (typeof attributesOrTime !== 'object' || attributesOrTime === null) return add(attributesOrTime);
  const read = lateStackOf(attributesOrTime);
  if (read === undefined) return add(attributesOrTime);
  return keepLast(this, read, () => add(withPlaceholder(attributesOrTime as Attributes)));
}

function recordException(this: Span, exception: Exception, time?: TimeInput): void {
  const { recordException: record } = classOf(this);
  const standIn = standInOf(exception);
  if (standIn === undefined) record.call(this, exception, time);
  else keepLast(this, standIn.read, () => record.call(this, standIn.exception, time));
}

/** What the SDK reads of an exception, without the stack; `undefined` if the SDK may read the exception. */
function standInOf(exception: unknown): { readonly exception: Exception; readonly read: ReadStack } | undefined {
  if (typeof exception !== 'object' || exception === null || !('stack' in exception)) return undefined;
  const { code, name, message } = exception as { code?: string; name?: string; message?: string };
  if (!code && !name && !message) return undefined; // the SDK warns of such an exception and quotes the exception
  return {
    exception: { code, name, message, stack: PLACEHOLDER } as Exception,
    read: () => {
      const { stack } = exception;
      return typeof stack === 'string' ? stack : undefined;
    },
  };
}

/** The methods of the SDK, below the replaced ones. */
function classOf(span: Span): Span {
  return Object.getPrototypeOf(span) as Span;
}

/** Runs `add`, and keeps `read` for the event that `add` adds. A span that has ended, or takes no events, gets no event. */
function keepLast<T>(span: Span, read: ReadStack, add: () => T): T {
  const { events } = span as unknown as ReadableSpan;
  const before = events.at(-1);
  const result = add();
  const event = events.at(-1);
  if (event !== before && event?.attributes?.[EXCEPTION_STACKTRACE] === PLACEHOLDER)
    keep(span, { attributes: event.attributes, read });
  return result;
}

/** The stack of the log record that is being emitted. Emitting is synchronous. */
let emitting: ReadStack | undefined;

/** From now on the loggers of `provider` keep the stacks of exceptions for {@link fillStacks}. */
export function readLogStacksLate(provider: LoggerProvider): void {
  const getLogger = provider.getLogger.bind(provider);
  provider.getLogger = (...args) => {
    const logger = getLogger(...args);
    if (Object.hasOwn(logger, 'emit')) return logger; // the provider gives the same logger again
    const emit = logger.emit.bind(logger);
    logger.emit = (record) => {
      const { attributes = {}, exception } = record;
      const late = lateStackOf(attributes);
      const standIn = standInOf(exception);
      const outer = emitting;
      emitting = late ?? standIn?.read;
      try {
        if (late !== undefined) emit({ ...record, attributes: withPlaceholder(attributes as Attributes) });
        else if (standIn !== undefined) emit({ ...record, exception: standIn.exception });
        else emit(record);
      } finally {
        emitting = outer;
      }
    };
    return logger;
  };
}

/** Keeps the stack of the log record that is being emitted. */
export function keepStack(record: ReadableLogRecord): void {
  if (emitting !== undefined && !unread.has(record) && record.attributes[EXCEPTION_STACKTRACE] === PLACEHOLDER)
    keep(record, { attributes: record.attributes as Record<string, unknown>, read: emitting });
}

function keep(item: object, stack: LateStack): void {
  const stacks = unread.get(item);
  if (stacks === undefined) unread.set(item, [stack]);
  else stacks.push(stack);
}

function withPlaceholder(attributes: Attributes): Attributes {
  const copy: Attributes = {};
  for (const name of Object.keys(attributes))
    copy[name] = name === EXCEPTION_STACKTRACE ? PLACEHOLDER : attributes[name];
  return copy;
}
