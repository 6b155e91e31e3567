/** Where spans and metrics of the primitives go: the providers of each moment, found without code of OpenTelemetry. */

import type { Attributes, Tracer } from '@opentelemetry/api';
import { sharedConfig } from '../../config/shared-config.ts';
import { capturingProviders, registeredProviders } from '../../otel/globals.ts';
import { delegateOf, isNoop } from '../../otel/provider-kinds.ts';
import { swallow } from '../../runtime/guard.ts';
import { VERSION } from '../../runtime/version.ts';
import type { GaugeKey } from './gauge-sources.ts';
import { type CounterKey, type HistogramKey, Instruments } from './instruments.ts';

const SCOPE = '@x/llm-otel/primitives';

let tracerSource: object | undefined;
let tracer: Tracer | undefined;
let meterSource: object | undefined;
let instruments: Instruments | undefined;

/** The tracer of now; undefined without a provider, and with `LLM_OTEL_ENABLED=false`. Never throws. */
export function primitiveTracer(): Tracer | undefined {
  try {
    const provider = capturingProviders()?.tracer ?? registeredProviders()?.trace;
    if (provider === undefined) return undefined;
    const source = delegateOf(provider);
    if (source !== tracerSource) {
      tracer = isNoop(provider) ? undefined : provider.getTracer(SCOPE, VERSION);
      tracerSource = source;
    }
    return sharedConfig().enabled ? tracer : undefined;
  } catch (error) {
    swallow(error); // getTracer() of the application's provider threw
    return undefined;
  }
}

/** The instruments on the meter provider of now. */
function currentInstruments(): Instruments | undefined {
  const provider = capturingProviders()?.meter ?? registeredProviders()?.metrics;
  if (provider === undefined) return undefined;
  const source = delegateOf(provider);
  if (source !== meterSource) {
    instruments = isNoop(provider) ? undefined : new Instruments(provider.getMeter(SCOPE, VERSION));
    meterSource = source;
  }
  return sharedConfig().enabled ? instruments : undefined;
}

/** Adds `value` to a counter; does nothing without a meter provider. Never throws. */
export function addCount(key: CounterKey, value: number, attributes: Attributes): void {
  try {
    currentInstruments()?.add(key, value, attributes);
  } catch (error) {
    swallow(error);
  }
}

/** Records a duration in seconds; does nothing without a meter provider. Never throws. */
export function recordSeconds(key: HistogramKey, seconds: number, attributes: Attributes): void {
  try {
    currentInstruments()?.record(key, seconds, attributes);
  } catch (error) {
    swallow(error);
  }
}

/** Makes sure that the meter provider of now reads a gauge; to be called with each call of a layer. Never throws. */
export function keepGauge(key: GaugeKey): void {
  try {
    currentInstruments()?.observe(key);
  } catch (error) {
    swallow(error);
  }
}
