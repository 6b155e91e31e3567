/**
 * Classes that are met when they are used: models and graphs come from packages that nobody watches for. Their methods are
 * wrapped for the instrumentation that records at that moment, which may not be the one that was there first.
 */
import type { Patcher } from '../../patching/wrapping/patcher.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';

const patchers = new WeakMap<CallRecorder, Patcher>();

/** Classes that are met while `patcher`'s instrumentation records are wrapped by it. */
export function wrapsMetClasses(patcher: Patcher): void {
  patchers.set(patcher.telemetry, patcher);
}

/** Lets `wrap` see the prototype of `self`, once for each instrumentation. */
export function isFirstSeen(
  self: unknown,
  telemetry: CallRecorder,
  wrap: (prototype: object, patcher: Patcher) => void,
): void {
  const patcher = patchers.get(telemetry);
  const prototype: unknown = Object.getPrototypeOf(self);
  if (patcher === undefined || typeof prototype !== 'object' || prototype === null) return;
  if (patcher.isFirstSeen(prototype)) wrap(prototype, patcher);
}
