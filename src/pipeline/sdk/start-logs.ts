import type { Resource } from '@opentelemetry/resources';
import { LoggerProvider, type LogRecordProcessor, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { LogsSettings } from '../../config/sdk/sdk-settings.ts';
import { createLogPrinter, pipeOf } from '../exporters/index.ts';
import { handOver } from '../exporters/pipe.ts';
import { Batch } from '../queue/batch.ts';
import { whenIdle } from '../queue/outbox.ts';

/** Running logs: the provider, and a function that sends the recorded log records. */
export interface RunningLogs {
  readonly provider: LoggerProvider;
  readonly flush: () => void;
}

/** Builds the logger provider; registers nothing. */
export function startLogs(settings: LogsSettings, resource: Resource): RunningLogs {
  const batches: Batch<ReadableLogRecord>[] = [];
  const processors = settings.exporters.map((exporter): LogRecordProcessor => {
    const pipe = pipeOf<readonly ReadableLogRecord[]>(exporter);
    if (pipe === undefined) return createLogPrinter();
    const batch = new Batch<ReadableLogRecord>('log records', settings.batch, (items) => handOver(pipe, items));
    batches.push(batch);
    const flush = (): Promise<void> => {
      batch.flush();
      return whenIdle();
    };
    return { onEmit: (record) => batch.add(record), forceFlush: flush, shutdown: flush };
  });
  return {
    provider: new LoggerProvider({ resource, processors, logRecordLimits: settings.limits }),
    flush: () => {
      for (const batch of batches) batch.flush();
    },
  };
}
