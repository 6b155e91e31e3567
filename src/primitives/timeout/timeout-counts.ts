import { PRIMITIVE_NAME } from '../telemetry/attribute-names.ts';
import { addGaugeSource, type GaugePoint, type GaugeSource } from '../telemetry/gauge-sources.ts';
import type { TimeoutStats } from './timeout-options.ts';

/** `llm_otel.timeout.outcome` */
export type TimeoutOutcome = 'success' | 'late' | 'timeout' | 'error' | 'cancelled';

type Counts = Record<TimeoutOutcome, number>;

const noCalls = (): Counts => ({ success: 0, late: 0, timeout: 0, error: 0, cancelled: 0 });
const callsOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** The outcomes of the calls of one layer, by the names of its functions. */
export class TimeoutCounts implements GaugeSource {
  readonly #byName = new Map<string, Counts>();

  constructor() {
    addGaugeSource('timeoutRatio', this);
  }

  /** A call has ended. */
  add(name: string, outcome: TimeoutOutcome): void {
    const counts = this.#byName.get(name) ?? noCalls();
    counts[outcome]++;
    this.#byName.set(name, counts);
  }

  gaugePoints(): readonly GaugePoint[] {
    return [...this.#byName].map(([name, counts]) => ({
      attributes: { [PRIMITIVE_NAME]: name },
      value: counts.timeout,
      of: callsOf(counts),
    }));
  }

  /** The counts of all functions together. */
  stats(): TimeoutStats {
    const all = noCalls();
    for (const counts of this.#byName.values())
      for (const outcome of Object.keys(all) as TimeoutOutcome[]) all[outcome] += counts[outcome];
    const calls = callsOf(all);
    return {
      successes: all.success,
      late: all.late,
      timeouts: all.timeout,
      errors: all.error,
      cancelled: all.cancelled,
      ratio: calls === 0 ? 0 : all.timeout / calls,
    };
  }
}
