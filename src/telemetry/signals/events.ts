import type { Attributes, Context } from '@opentelemetry/api';
import type { Failure } from '../../facts/call.ts';
import {
  ERROR_TYPE,
  EXCEPTION_MESSAGE,
  EXCEPTION_TYPE,
  OPERATION_DETAILS_EVENT,
  OPERATION_EXCEPTION_EVENT,
  SEVERITY_DEBUG,
  SEVERITY_WARN,
} from '../../facts/semconv.ts';
import type { Logger } from '../../otel/globals.ts';
import { addLateStack } from '../../otel/late-stack.ts';
import { prepareText } from '../content/prepare.ts';
import type { ContentSettings } from '../content/prepare-part.ts';
import type { ErrorFacts } from '../error.ts';

/**
 * `exception.*` of a failure. A provider's message may repeat the prompt ("Invalid value: 'my secret'"), so without
 * content capture (`content` absent) a message is made of status and codes, and the stack loses the message above its
 * frames. With content capture, the message is redacted like an answer. The stack is a getter: do not copy the attributes.
 */
export function exceptionAttributes(failure: Failure | ErrorFacts, content: ContentSettings | undefined): Attributes {
  const thrown = 'exception' in failure ? failure : undefined;
  const type = thrown?.exception ?? failure.type;
  const redacted =
    content && failure.message !== undefined ? prepareText(failure.message, 'output', content) : undefined;
  const message = redacted ?? thrown?.safe ?? failure.type;
  const attributes: Attributes = { [EXCEPTION_TYPE]: type, [EXCEPTION_MESSAGE]: message };
  const readFrames = thrown?.readFrames;
  if (readFrames !== undefined)
    addLateStack(attributes, () => {
      const frames = readFrames();
      return frames === undefined ? `${type}: ${message}` : `${type}: ${message}\n${frames}`;
    });
  return attributes;
}

/** Emits `gen_ai.client.operation.exception`. */
export function emitException(logger: Logger, context: Context, failure: Failure, exception: Attributes): void {
  exception[ERROR_TYPE] = failure.type; // no copy, which would read the stack
  logger.emit({
    eventName: OPERATION_EXCEPTION_EVENT,
    severityNumber: SEVERITY_WARN,
    context,
    attributes: exception,
  });
}

/** Emits `gen_ai.client.inference.operation.details`: the attributes of the span, content as structured values. */
export function emitDetails(
  logger: Logger,
  context: Context,
  attributes: Attributes,
  content: Readonly<Record<string, unknown>>,
): void {
  logger.emit({
    eventName: OPERATION_DETAILS_EVENT,
    severityNumber: SEVERITY_DEBUG,
    context,
    attributes: { ...attributes, ...content },
  });
}
