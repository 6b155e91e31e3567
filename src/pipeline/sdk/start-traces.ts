import type { MeterProvider } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { SpanLimits } from '../../config/sdk/limits.ts';
import type { TracesSettings } from '../../config/sdk/sdk-settings.ts';
import { warn } from '../../runtime/log.ts';
import type { RunningSampler } from '../decisions/running-sampler.ts';
import { spanDestination } from '../exporters/index.ts';
import { createPipeline } from '../queue/create-pipeline.ts';
import type { Pipeline } from '../queue/pipeline.ts';
import { createProviderSampler, type SamplerTelling } from '../samplers/create-sampler.ts';
import { withResourceAttributes } from './add-resource-attributes.ts';
import { stepsOf } from './item-steps.ts';
import { fillStacks, readStacksLate } from './late-stacks.ts';
import { spanProcessor } from './span-processor.ts';

/** Tracing: the provider and its pipelines. */
export interface RunningTraces {
  readonly provider: BasicTracerProvider;
  readonly pipelines: readonly Pipeline<ReadableSpan>[];
  readonly sampler: RunningSampler;
}

/** How the provider tells what it does. */
export interface TracesTelling extends SamplerTelling {
  /** Counts spans that start and end. */
  readonly meterProvider?: MeterProvider | undefined;
}

/**
 * Builds the tracer provider; registers nothing.
 */
export function startTraces(
  settings: TracesSettings,
  resource: Resource,
  { meterProvider, ...telling }: TracesTelling,
): RunningTraces {
  const { own, ...spanLimits } = settings.limits;
  const fill = fillStacks(spanLimits.attributeValueLengthLimit);
  const running = settings.pipelines.flatMap((one) => {
    const destination = spanDestination(one);
    const steps = stepsOf<ReadableSpan>(one, fill, (problem) => warn(`${problem}; the pipeline is left out.`));
    if (destination === undefined || steps === undefined) return [];
    const process = withResourceAttributes(steps.process, one.resourceAttributes);
    return [{ pipeline: createPipeline(one, destination, { process }), onStart: steps.onStart }];
  });
  const pipelines = running.map(({ pipeline }) => pipeline);
  const sampler = createProviderSampler(settings.sampler, resource, telling);
  const provider = new BasicTracerProvider({
    resource,
    ...(meterProvider === undefined ? {} : { meterProvider }),
    sampler: sampler.sampler,
    spanLimits,
    spanProcessors: [readStacksLate, ...running.map(({ pipeline, onStart }) => spanProcessor(pipeline, onStart))],
  });
  raiseOwnLimits(provider, own);
  sampler.tellScopes?.(provider);
  return { provider, pipelines, sampler };
}

/**
 * Gives the tracers of this package higher limits. A provider has the same limits for all tracers, so a private field of the
 * tracer is replaced. Safe, because the provider is bundled at a fixed version: `_spanLimits` was checked with 2.12.1 by
 * test/pipeline/private-fields.test.ts.
 */
function raiseOwnLimits(provider: BasicTracerProvider, own: SpanLimits['own']): void {
  const getTracer = provider.getTracer.bind(provider);
  provider.getTracer = (name, version, options) => {
    const tracer = getTracer(name, version, options);
    // An application in JavaScript may name no tracer.
    if (typeof name === 'string' && name.startsWith('@x/llm-otel')) {
      const internals = tracer as unknown as { _spanLimits: object };
      internals._spanLimits = { ...internals._spanLimits, ...own };
    }
    return tracer;
  };
}
