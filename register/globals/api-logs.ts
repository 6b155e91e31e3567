/**
 * Where `@opentelemetry/api-logs`, the logs API of every SDK before 3, keeps its provider: a function from API version
 * to provider. Its registration gives way to whatever it finds there and never says so, so it must find nothing.
 * Disabling deletes it, and ours with it; what is registered after that is noticed at the next log record.
 */
import { callSites } from './caller-version.ts';

const KEY = Symbol.for('io.opentelemetry.js.api.logs');
const COMPATIBLE = 1;

const scope = globalThis as unknown as { [KEY]?: unknown };

/** The registered logger provider. */
export interface LogsGlobal {
  /** Takes ours back. */
  withdraw(): void;
  /** What somebody else has registered. */
  foreign(): unknown;
}

/** Registers `provider` until somebody else registers one, of which `onTaken` hears; with `keep` for good. */
export function watchLogsGlobal(provider: unknown, onTaken: () => void, keep: boolean): LogsGlobal {
  const at = (value: unknown): unknown => (typeof value === 'function' ? value(COMPATIBLE) : undefined);
  if (scope[KEY] !== undefined) return { withdraw: () => {}, foreign: () => at(scope[KEY]) };
  const ours = (version: number): unknown => (version === COMPATIBLE ? provider : undefined);
  let held = true;
  const put = (value: unknown): void => {
    held = false;
    Object.defineProperty(scope, KEY, { configurable: true, enumerable: true, writable: true, value });
  };
  // Method names survive minification, and this is read once a call or a logger, not in a loop.
  const get = (): unknown =>
    !keep && callSites(2)[1]?.getFunctionName()?.includes('setGlobalLoggerProvider') ? undefined : ours;
  const notice = (): void => {
    const now = held ? Object.getOwnPropertyDescriptor(scope, KEY) : undefined;
    if (now === undefined || now.get === get) return;
    held = false;
    onTaken();
  };
  Object.defineProperty(scope, KEY, {
    configurable: true,
    enumerable: true,
    get,
    set(value: unknown) {
      put(value);
      onTaken();
    },
  });
  return {
    withdraw: () => {
      if (!held) return;
      held = false;
      if (Object.getOwnPropertyDescriptor(scope, KEY)?.get === get) Reflect.deleteProperty(scope, KEY);
    },
    foreign: () => {
      notice();
      return held ? undefined : at(scope[KEY]);
    },
  };
}
