import { createTraceState, type TraceState } from '@opentelemetry/api';

/** Threshold and random value in the member `ot` of a trace state; other keys are kept. */
export interface OtState {
  /** 14 digits; undefined if there is none, or none that can be read. */
  readonly threshold: string | undefined;
  readonly randomness: string | undefined;
  /** Entries of other keys, as written. */
  readonly others: readonly string[];
}

const MEMBER = 'ot';
const THRESHOLD = /^[0-9a-f]{1,14}$/;
const RANDOMNESS = /^[0-9a-f]{14}$/;
/** Longest value of the member by the specification. */
const MOST_CHARACTERS = 256;

/** Reads the member `ot`. */
export function readOtState(state: TraceState | undefined): OtState {
  let threshold: string | undefined;
  let randomness: string | undefined;
  const others: string[] = [];
  for (const entry of (state?.get(MEMBER) ?? '').split(';')) {
    const [key, value = ''] = entry.split(':', 2);
    if (key === 'th') threshold = THRESHOLD.test(value) ? value.padEnd(14, '0') : threshold;
    else if (key === 'rv') randomness = RANDOMNESS.test(value) ? value : randomness;
    else if (entry !== '') others.push(entry);
  }
  return { threshold, randomness, others };
}

/** `state` with the threshold in the member `ot`; without a threshold the member loses the threshold of before. */
export function withThreshold(
  state: TraceState | undefined,
  ot: OtState,
  threshold: string | undefined,
): TraceState | undefined {
  const entries = [
    ...(threshold === undefined ? [] : [`th:${threshold.replace(/0+$/, '') || '0'}`]),
    ...(ot.randomness === undefined ? [] : [`rv:${ot.randomness}`]),
    ...ot.others,
  ];
  while (entries.join(';').length > MOST_CHARACTERS) entries.pop();
  const value = entries.join(';');
  if (value === (state?.get(MEMBER) ?? '')) return state;
  if (value === '') return state?.unset(MEMBER);
  return (state ?? createTraceState()).set(MEMBER, value);
}
