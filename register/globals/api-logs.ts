/**
 * The global in which `@opentelemetry/api-logs`, the logs API of every SDK before 3, keeps its provider: a function from API
 * version to provider. `setGlobalLoggerProvider` does nothing, without a message, if the global has a value: so our accessor
 * answers undefined to `setGlobalLoggerProvider`. `disable()` deletes the global, and our accessor too; a later registration
 * is then noticed at the next log record.
 *
 * Checked with api-logs 0.57.2 and 0.223.0 (test:matrix), in bundles too (test/register/caller-version.test.ts): who reads is
 * known by the name of the method that the API calls, which a minifier leaves alone.
 */
import { callSites } from './caller-version.ts';

const KEY = Symbol.for('io.opentelemetry.js.api.logs');
const COMPATIBLE = 1;

const scope = globalThis as unknown as { [KEY]?: unknown };

/** The global of `@opentelemetry/api-logs`. */
export interface LogsGlobal {
  /** Removes our provider. */
  withdraw(): void;
  /** The provider of the application. */
  foreign(): unknown;
}

/** Registers `provider` until the application registers a provider; then calls `onTaken`. */
export function watchLogsGlobal(provider: unknown, onTaken: () => void): LogsGlobal {
  const providerIn = (value: unknown): unknown => (typeof value === 'function' ? value(COMPATIBLE) : undefined);
  if (scope[KEY] !== undefined) return { withdraw: () => {}, foreign: () => providerIn(scope[KEY]) };
  const getProvider = (version: number): unknown => (version === COMPATIBLE ? provider : undefined);
  let isOurs = true;
  const replaceGlobal = (value: unknown): void => {
    isOurs = false;
    Object.defineProperty(scope, KEY, { configurable: true, enumerable: true, writable: true, value });
  };
  // Method names survive minification. The stack is read once for each logger or record, not in a loop.
  const get = (): unknown =>
    callSites(2)[1]?.getFunctionName()?.includes('setGlobalLoggerProvider') ? undefined : getProvider;
  const checkReplaced = (): void => {
    const current = isOurs ? Object.getOwnPropertyDescriptor(scope, KEY) : undefined;
    if (current === undefined || current.get === get) return;
    isOurs = false;
    onTaken();
  };
  Object.defineProperty(scope, KEY, {
    configurable: true,
    enumerable: true,
    get,
    set(value: unknown) {
      replaceGlobal(value);
      onTaken();
    },
  });
  return {
    withdraw: () => {
      if (!isOurs) return;
      isOurs = false;
      if (Object.getOwnPropertyDescriptor(scope, KEY)?.get === get) Reflect.deleteProperty(scope, KEY);
    },
    foreign: () => {
      checkReplaced();
      return isOurs ? undefined : providerIn(scope[KEY]);
    },
  };
}
