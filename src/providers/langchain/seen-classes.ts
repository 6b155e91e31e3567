/**
 * Patches classes of models and graphs when an object of the class is first used: no hook watches the packages of such
 * classes. The patcher belongs to the instrumentation that records at the moment.
 */
import type { Patcher } from '../../patching/wrapping/patcher.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';

const patchers = new WeakMap<CallRecorder, Patcher>();

/** From now on, classes first used while the instrumentation of `patcher` records are wrapped by `patcher`. */
export function usePatcherForSeenClasses(patcher: Patcher): void {
  patchers.set(patcher.telemetry, patcher);
}

/** Calls `wrap` with the prototype of `self`, once per class and instrumentation. */
export function patchFirstSeenClass(
  self: unknown,
  telemetry: CallRecorder,
  wrap: (prototype: object, patcher: Patcher) => void,
): void {
  const patcher = patchers.get(telemetry);
  const prototype: unknown = Object.getPrototypeOf(self);
  if (patcher === undefined || typeof prototype !== 'object' || prototype === null) return;
  if (patcher.isFirstSeen(prototype)) wrap(prototype, patcher);
}
