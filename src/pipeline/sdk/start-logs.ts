import type { MeterProvider } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { LoggerProvider, type LogRecordProcessor, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { LogsSettings } from '../../config/sdk/sdk-settings.ts';
import { logDestination } from '../exporters/index.ts';
import { createPipeline } from '../queue/create-pipeline.ts';
import type { Pipeline } from '../queue/pipeline.ts';
import { FLUSH_MS } from '../shipping/process-end.ts';
import { withResourceAttributes } from './add-resource-attributes.ts';
import { fillStacks, keepStack, readLogStacksLate } from './late-stacks.ts';

/** Logs: the provider and its pipelines. */
export interface RunningLogs {
  readonly provider: LoggerProvider;
  readonly pipelines: readonly Pipeline<ReadableLogRecord>[];
}

/**
 * Builds the logger provider; registers nothing.
 * @param meterProvider counts log records
 */
export function startLogs(settings: LogsSettings, resource: Resource, meterProvider?: MeterProvider): RunningLogs {
  const fill = fillStacks(settings.limits.attributeValueLengthLimit);
  const pipelines = settings.pipelines.flatMap((one) => {
    const destination = logDestination(one);
    if (destination === undefined) return [];
    return [createPipeline(one, destination, { process: withResourceAttributes(fill, one.resourceAttributes) })];
  });
  const processors = pipelines.map(
    (pipeline): LogRecordProcessor => ({
      onEmit: (record) => {
        keepStack(record);
        pipeline.add(record);
      },
      forceFlush: async () => void (await pipeline.forceFlush(FLUSH_MS)),
      shutdown: async () => void (await pipeline.shutdown(FLUSH_MS)),
    }),
  );
  const provider = new LoggerProvider({
    resource,
    processors,
    logRecordLimits: settings.limits,
    ...(meterProvider === undefined ? {} : { meterProvider }),
  });
  readLogStacksLate(provider);
  return { provider, pipelines };
}
