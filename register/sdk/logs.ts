import type { Resource } from '@opentelemetry/resources';
import { LoggerProvider, type LogRecordProcessor, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { Env } from '../env.ts';
import { load } from '../load.ts';
import { whenIdle } from '../outbox.ts';
import { batchLimits, type Exporters, logLimits } from '../settings.ts';
import { Batch } from './batch.ts';
import { handOver, otlpPipe } from './pipe.ts';

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
