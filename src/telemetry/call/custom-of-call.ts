import type { Attributes, Context, Span } from '@opentelemetry/api';
import type { Config } from '../../config/options.ts';
import type { RequestFacts } from '../../facts/call.ts';
import { addCustomAttributes } from '../../scope/custom-attributes.ts';
import { spanName } from '../signals/attributes.ts';
import { metricAttributes } from '../signals/metric-attributes.ts';
import type { RecordingTarget } from './recording-target.ts';

/**
 * Finds the custom attributes that go on the metrics of a call. Returns all custom attributes if they had to be made anew, because
 * no span of this package has them: the hook of the application runs once a call.
 */
export function customOfMetrics(
  { config, metrics, tracer }: RecordingTarget,
  request: RequestFacts,
  parent: Context,
  isOurSpan: boolean,
): Attributes | undefined {
  if (metrics === undefined || config.metricAttributes.length === 0) return undefined;
  const custom = isOurSpan && tracer !== undefined ? undefined : customAttributes(config, request, parent);
  request.metricAttributes = metricAttributes(custom ?? request.attributes, config.metricAttributes);
  return custom;
}

/** All custom attributes of a call. Runs the hook of the application. */
export function customAttributes(config: Config, request: RequestFacts, parent: Context): Attributes {
  const custom: Attributes = {};
  addCustomAttributes(custom, parent, config, spanName(request), request);
  return custom;
}

/** Adds custom attributes that are no facts of the call. */
export function addStartAttributes(span: Span, request: RequestFacts, custom: Attributes): void {
  const facts = new Set(Object.keys(request.attributes));
  span.setAttributes(Object.fromEntries(Object.entries(custom).filter(([name]) => !facts.has(name))));
}
