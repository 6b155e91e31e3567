import { DETECTOR_NAMES } from '../facts/detector-names.ts';
import type { Detectors } from './redact-text.ts';

const ALL: Detectors = new Set(DETECTOR_NAMES);
/** Addresses are in most logs and programs that people ask a model about. */
const DEFAULT: Detectors = new Set(DETECTOR_NAMES.filter((name) => name !== 'ip'));

/** The detectors for captured content, by the option `redactPatterns`; `undefined` for none. */
export function contentDetectors(setting: boolean | 'ip' | 'all'): Detectors | undefined {
  if (setting === false) return undefined;
  return setting === true ? DEFAULT : ALL;
}
