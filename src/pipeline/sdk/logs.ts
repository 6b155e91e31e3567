import type { Resource } from '@opentelemetry/resources';
import { LoggerProvider, type LogRecordProcessor, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { batchLimits } from '../../config/batch-limits.ts';
import type { Env } from '../../config/env.ts';
import type { Exporters } from '../../config/exporters.ts';
import { logLimits } from '../../config/sdk-settings.ts';
import { handOver, otlpPipe } from '../exporters/pipe.ts';
import { load } from '../load.ts';
import { Batch } from '../queue/batch.ts';
import { whenIdle } from '../queue/outbox.ts';

/** Logs: the provider and a way to send what was recorded. */
export interface Logs {
  readonly provider: LoggerProvider;
  readonly flush: () => void;
}

/** Starts logs. */
export function startLogs(env: Env, resource: Resource, names: Exporters['logs']): Logs {
  const batches: Batch<ReadableLogRecord>[] = [];
  const processors = names.map((name): LogRecordProcessor => {
    if (name === 'console') return load('register-console').logPrinter();
    const records = otlpPipe<readonly ReadableLogRecord[]>(env, 'logs');
    const batch = new Batch<ReadableLogRecord>('log records', batchLimits(env, 'OTEL_BLRP'), (items) =>
      handOver(records, items),
    );
    batches.push(batch);
    const flush = (): Promise<void> => {
      batch.flush();
      return whenIdle();
    };
    return { onEmit: (record) => batch.add(record), forceFlush: flush, shutdown: flush };
  });
  return {
    provider: new LoggerProvider({ resource, processors, logRecordLimits: logLimits(env) }),
    flush: () => {
      for (const batch of batches) batch.flush();
    },
  };
}
