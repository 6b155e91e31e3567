import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';

/** Runs an export: an instrumentation of node:http or of a database must not make spans of exports, which would be exported too. */
export function withoutTracing<T>(run: () => T): T {
  return context.with(suppressTracing(context.active()), run);
}
