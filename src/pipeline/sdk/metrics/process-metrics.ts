/**
 * Metrics about the process: https://opentelemetry.io/docs/specs/semconv/system/process-metrics/ and
 * https://opentelemetry.io/docs/specs/semconv/runtime/nodejs-metrics/. Read when a reader collects; between two readings only
 * the event loop is watched, by Node itself.
 */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';
import type { Meter, MeterProvider, ObservableResult } from '@opentelemetry/api';
import type { ProcessMetricsGroup } from '../../../config/sdk/sdk-settings.ts';
import { workingDirectory } from '../../../runtime/files/working-directory.ts';
import { firstLine, warnOnce } from '../../../runtime/log.ts';
import { VERSION } from '../../../runtime/version.ts';

const MICROSECONDS = 1e6;
const MILLISECONDS = 1e3;
const NANOSECONDS = 1e9;
/** Resolution of the delay of the event loop in milliseconds. */
const RESOLUTION_MS = 10;
const HOST_METRICS = '@opentelemetry/host-metrics';

const MODES = ['user', 'system'] as const;

/** A group of metrics; `stops` takes functions that end what runs between two readings. */
interface Group {
  readonly meter: Meter;
  readonly provider: MeterProvider;
  readonly stops: (() => void)[];
}

const GROUPS: Readonly<Record<ProcessMetricsGroup, (group: Group) => void>> = {
  process: observeProcess,
  runtime: observeRuntime,
  stream: () => {}, // recorded with the calls
  host: observeHost,
};

/** Records the metrics of `groups`; returns a function that ends the watch of the event loop. Never throws. */
export function startProcessMetrics(provider: MeterProvider, groups: readonly ProcessMetricsGroup[]): () => void {
  const meter = provider.getMeter('@x/llm-otel', VERSION);
  const stops: Group['stops'] = [];
  for (const group of groups) GROUPS[group]({ meter, provider, stops });
  return () => {
    for (const stop of stops) stop();
  };
}

function observeProcess({ meter }: Group): void {
  meter
    .createObservableCounter('process.cpu.time', { unit: 's', description: 'CPU time of the process.' })
    .addCallback((result) => {
      const usage = process.cpuUsage();
      for (const mode of MODES) result.observe(usage[mode] / MICROSECONDS, { 'cpu.mode': mode });
    });
  meter
    .createObservableGauge('process.cpu.utilization', {
      unit: '1',
      description: 'Share of the CPU time of all cores since the last reading.',
    })
    .addCallback(cpuUtilization());
  meter
    .createObservableUpDownCounter('process.memory.usage', { unit: 'By', description: 'Memory of the process.' })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  meter
    .createObservableGauge('process.uptime', { unit: 's', description: 'Time since the process was started.' })
    .addCallback((result) => result.observe(process.uptime()));
}

function cpuUtilization(): (result: ObservableResult) => void {
  let lastUsage = process.cpuUsage();
  let lastTime = performance.now();
  return (result) => {
    const usage = process.cpuUsage();
    const now = performance.now();
    const microseconds = ((now - lastTime) / MILLISECONDS) * MICROSECONDS * availableParallelism();
    if (microseconds > 0)
      for (const mode of MODES) result.observe((usage[mode] - lastUsage[mode]) / microseconds, { 'cpu.mode': mode });
    lastUsage = usage;
    lastTime = now;
  };
}

function observeRuntime({ meter, stops }: Group): void {
  stops.push(observeDelay(meter));
  let last = performance.eventLoopUtilization();
  meter
    .createObservableGauge('nodejs.eventloop.utilization', {
      unit: '1',
      description: 'Share of the time in which the event loop was active since the last reading.',
    })
    .addCallback((result) => {
      const current = performance.eventLoopUtilization();
      result.observe(performance.eventLoopUtilization(current, last).utilization);
      last = current;
    });
  meter
    .createObservableCounter('nodejs.eventloop.time', { unit: 's', description: 'Time of the event loop.' })
    .addCallback((result) => {
      const { active, idle } = performance.eventLoopUtilization();
      result.observe(active / MILLISECONDS, { 'nodejs.eventloop.state': 'active' });
      result.observe(idle / MILLISECONDS, { 'nodejs.eventloop.state': 'idle' });
    });
  meter
    .createObservableUpDownCounter('v8js.memory.heap.used', { unit: 'By', description: 'Used memory of the heap.' })
    .addCallback((result) => {
      for (const { space_name: space, space_used_size: used } of getHeapSpaceStatistics())
        result.observe(used, { 'v8js.heap.space.name': space });
    });
}

/** Delays since the last reading. Node measures by a timer, which wakes the process a hundred times a second until the stop. */
function observeDelay(meter: Meter): () => void {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const gauges = {
    min: () => histogram.min,
    max: () => histogram.max,
    mean: () => histogram.mean,
    stddev: () => histogram.stddev,
    p50: () => histogram.percentile(50),
    p90: () => histogram.percentile(90),
    p99: () => histogram.percentile(99),
  };
  const all = Object.entries(gauges).map(([name, read]) => ({
    read,
    gauge: meter.createObservableGauge(`nodejs.eventloop.delay.${name}`, {
      unit: 's',
      description: 'Delay of the event loop since the last reading.',
    }),
  }));
  meter.addBatchObservableCallback(
    (result) => {
      // Without a turn of the event loop there is no delay; Node then has NaN or a number of nanoseconds beyond all bounds.
      if (histogram.count === 0) return;
      for (const { gauge, read } of all) result.observe(gauge, read() / NANOSECONDS);
      histogram.reset();
    },
    all.map(({ gauge }) => gauge),
  );
  return () => void histogram.disable();
}

/** A class of `@opentelemetry/host-metrics` 0.36 and newer. */
type HostMetrics = new (options: { meterProvider: MeterProvider; name: string }) => { start(): void };

function observeHost({ provider }: Group): void {
  try {
    const { HostMetrics } = createRequire(join(workingDirectory(), 'index.js'))(HOST_METRICS) as {
      HostMetrics: HostMetrics;
    };
    new HostMetrics({ meterProvider: provider, name: HOST_METRICS }).start();
  } catch (error) {
    warnOnce(
      `LLM_OTEL_RUNTIME_METRICS: host needs ${HOST_METRICS} (${firstLine(error)}). Install it: npm install ${HOST_METRICS}.`,
    );
  }
}
