import type { IntervalHistogram } from 'node:perf_hooks';
import { expect, test, vi } from 'vitest';
import { sdkSettings } from '../../../../src/config/sdk/sdk-settings.ts';
import { runningPipelines } from '../../../../src/pipeline/queue/create-pipeline.ts';
import { startSdk } from '../../../../src/pipeline/sdk/start-sdk.ts';
import '../../support/parts.ts';

const histograms = vi.hoisted((): IntervalHistogram[] => []);

vi.mock(import('../../../../src/pipeline/load.ts'), () => import('../../support/load.ts'));
vi.mock(import('node:perf_hooks'), async (original) => {
  const module = await original();
  return {
    ...module,
    monitorEventLoopDelay: (options) => {
      const histogram = module.monitorEventLoopDelay(options);
      histograms.push(histogram);
      return histogram;
    },
  };
});

test('the end of metrics ends what was measured for metrics', async () => {
  const sdk = startSdk(
    sdkSettings({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_NODE_EXPERIMENTAL_SDK_METRICS: 'true',
      LLM_OTEL_RUNTIME_METRICS: 'true',
    }),
  );
  const timed = (): number => runningPipelines().filter(({ shipper }) => shipper.latencies.onAdd !== undefined).length;
  expect([histograms.length, timed()]).toEqual([1, 1]);
  sdk.stopMetrics();
  // Node answers false where the histogram is at rest already.
  expect(histograms[0]?.disable()).toBe(false);
  expect(timed()).toBe(0);
  await sdk.shutdown(0);
});
