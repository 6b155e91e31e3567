import { type Env, envList } from '../env.ts';

/** Formats in which a context travels. */
export const PROPAGATORS = ['tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger'] as const;

/** A value of `OTEL_PROPAGATORS`. */
export type PropagatorName = (typeof PROPAGATORS)[number];

/** Reads `OTEL_PROPAGATORS`; an empty list for `none`. */
export function propagatorNames(env: Env): readonly PropagatorName[] {
  return envList(env, 'OTEL_PROPAGATORS', PROPAGATORS, ['tracecontext', 'baggage']);
}
