import { info } from '../../runtime/log.ts';
import { VERSION } from '../../runtime/version.ts';
import { type AnyPipeline, runningPipelines } from './create-pipeline.ts';

const ITEMS = { traces: 'spans', logs: 'log records' } as const;

/**
 * Writes `recorded`, and what became of spans and log records, in a line at the level `info`.
 * @param isNews false if `recorded` alone is not worth a line
 */
export function tellCounts(recorded: string, isNews: boolean): void {
  const counts = runningPipelines().flatMap(countsOf);
  if (isNews || counts.length > 0) info(`${VERSION}: ${[recorded, ...counts].join('; ')}`);
}

/** `pipeline otlp: 12 spans sent, 3 lost (2 rejected, 1 shutdown), 4 in the spool`; nothing for metrics. */
function countsOf({ settings, account, spool }: AnyPipeline): string[] {
  const { name, signal } = settings;
  if (signal === 'metrics' || account.ended === 0) return [];
  const reasons = Object.entries(account.dropped).map(([reason, count]) => `${count} ${reason}`);
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  const onDisk = spool === undefined || spool.items === 0 ? '' : `, ${spool.items} in the spool`;
  return [`pipeline ${name}: ${account.exported} ${ITEMS[signal]} sent, ${account.lost} lost${why}${onDisk}`];
}
