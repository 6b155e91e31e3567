import type { PipelineSettings } from '../../config/sdk/pipeline-settings.ts';
import type { Account } from '../batches/account.ts';
import type { Destination } from '../batches/destination.ts';
import type { Clock } from '../batches/pipeline-clock.ts';
import type { Spool, SpooledRequest } from '../spool/spool.ts';
import type { ExportReport } from './export-report.ts';
import type { BatchSizing } from './sizing.ts';
import type { Ordered } from './waiting-batches.ts';

/** What a shipper works with. */
export interface ShipperParts {
  readonly settings: PipelineSettings;
  readonly destination: Pick<Destination<never>, 'send' | 'request' | 'timeoutMs'>;
  readonly account: Account;
  readonly report: ExportReport;
  readonly sizing: BatchSizing;
  readonly spool: Spool | undefined;
  readonly clock: Clock;
}

/** A batch on its way. */
export interface InFlight extends Ordered {
  spooled: SpooledRequest | undefined;
}
