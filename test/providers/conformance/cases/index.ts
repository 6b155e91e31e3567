import type { Case } from '../types.ts';
import { ABORT_CASES } from './abort.ts';
import { FAILURE_CASES } from './failure.ts';
import { GARBAGE_CASES } from './garbage.ts';
import { HELPER_CASES } from './helper.ts';
import { RAW_CASES } from './raw.ts';
import { STREAM_CASES } from './stream.ts';
import { SURFACE_CASES } from './surface.ts';
import { TEE_CASES } from './tee.ts';
import { UNARY_CASES } from './unary.ts';

/** What every provider has to pass. Names are unique. */
export const CASES: readonly Case[] = [
  ...UNARY_CASES,
  ...SURFACE_CASES,
  ...RAW_CASES,
  ...STREAM_CASES,
  ...TEE_CASES,
  ...ABORT_CASES,
  ...FAILURE_CASES,
  ...GARBAGE_CASES,
  ...HELPER_CASES,
];
