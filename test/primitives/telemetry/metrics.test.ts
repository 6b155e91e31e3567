import { afterEach, describe, expect, test } from 'vitest';
import { shareConfig } from '../../../src/config/shared-config.ts';
import { addGaugeSource, gaugeSourceCount } from '../../../src/primitives/telemetry/gauge-sources.ts';
import { addCount, keepGauge, recordSeconds } from '../../../src/primitives/telemetry/recording.ts';
import { configOf } from '../../telemetry/in-memory.ts';
import { type Recording, startRecording } from './recorded.ts';

let recording: Recording | undefined;
afterEach(() => {
  recording?.stop();
  recording = undefined;
  shareConfig(configOf());
});

describe('metrics', () => {
  test('counters and histograms', async () => {
    recording = startRecording();
    addCount('cacheRequests', 2, { 'llm_otel.cache.outcome': 'hit' });
    recordSeconds('cacheDuration', 0.00002, {});
    recordSeconds('timeoutDuration', 3, {});
    expect(await recording.points('llm_otel.cache.requests')).toMatchObject([
      { sum: 2, attributes: { 'llm_otel.cache.outcome': 'hit' } },
    ]);
    expect(await recording.unit('llm_otel.cache.requests')).toBe('{request}');
    const [cache] = await recording.points('llm_otel.cache.duration');
    expect(cache?.boundaries?.slice(0, 3)).toEqual([0.00001, 0.00004, 0.00016]);
    expect(cache?.boundaries?.every((bound) => String(bound).length < 12)).toBe(true);
    const [timeout] = await recording.points('llm_otel.timeout.duration');
    expect(timeout?.boundaries?.at(-1)).toBe(81.92);
    expect(await recording.unit('llm_otel.timeout.duration')).toBe('s');
  });

  test('nothing is recorded while recording is switched off', async () => {
    recording = startRecording();
    shareConfig(configOf({ enabled: false }));
    addCount('cacheRequests', 1, {});
    shareConfig(configOf());
    addCount('cacheStoreErrors', 1, {});
    expect(await recording.points('llm_otel.cache.requests')).toEqual([]);
    expect(await recording.points('llm_otel.cache.store.errors')).toHaveLength(1);
  });

  test('a provider that is registered later is used', async () => {
    addCount('timeoutCalls', 1, {});
    recording = startRecording();
    addCount('timeoutCalls', 1, {});
    expect(await recording.points('llm_otel.timeout.calls')).toMatchObject([{ sum: 1 }]);
  });
});

describe('gauges', () => {
  const source = (name: string, value: number, of: number) => ({
    gaugePoints: () => [{ attributes: { 'llm_otel.primitive.name': name }, value, of }],
  });

  test('layers of one name are one share; a layer without calls has none', async () => {
    recording = startRecording();
    const layers = [source('a', 1, 2), source('a', 2, 8), source('b', 0, 3), source('none', 0, 0)];
    for (const layer of layers) addGaugeSource('timeoutRatio', layer);
    keepGauge('timeoutRatio');
    keepGauge('timeoutRatio');
    const points = await recording.points('llm_otel.timeout.ratio');
    expect(points.map(({ attributes, sum }) => [attributes, sum])).toEqual([
      [{ 'llm_otel.primitive.name': 'a' }, 0.3],
      [{ 'llm_otel.primitive.name': 'b' }, 0],
    ]);
    expect(layers).toHaveLength(4);
  });

  test('layers that nobody holds leave the gauge', async () => {
    const gc = globalThis.gc ?? (await exposedGc());
    for (let i = 0; i < 5000; i++) {
      addGaugeSource('cacheHitRatio', source(`layer ${i}`, 1, 1));
      // References are cleared only between tasks.
      if (i % 100 === 0) {
        await new Promise(setImmediate);
        gc();
      }
    }
    expect(gaugeSourceCount('cacheHitRatio')).toBeLessThan(1000);
  });
});

async function exposedGc(): Promise<() => void> {
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
