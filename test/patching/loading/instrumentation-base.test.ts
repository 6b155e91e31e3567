import Module from 'node:module';
import { afterEach, expect, test, vi } from 'vitest';
import { freshWarnings } from '../../support/warnings.ts';

freshWarnings();

type Loader = { _load(request: string, ...more: unknown[]): unknown };
const loader = Module as unknown as Loader;
const { _load } = loader;
afterEach(() => {
  loader._load = _load;
});

/** The file as it is where OpenTelemetry's package is there, or is not. */
async function load(there: boolean) {
  loader._load = function (this: unknown, request, ...more) {
    if (!there && request === '@opentelemetry/instrumentation') throw new Error('Cannot find module');
    return Reflect.apply(_load, this, [request, ...more]);
  };
  vi.resetModules();
  return import('../../../src/patching/loading/instrumentation-base.ts');
}

test('the base class is the one of the package', async () => {
  const { instrumentation, InstrumentationBase } = await load(true);
  expect(instrumentation).toBeDefined();
  expect(InstrumentationBase).toBe(instrumentation?.InstrumentationBase);
});

test('without the package there is a base class that can be asked and does nothing', async () => {
  const { instrumentation, InstrumentationBase } = await load(false);
  expect(instrumentation).toBeUndefined();
  const Base = InstrumentationBase as unknown as new (...args: unknown[]) => InstanceType<typeof InstrumentationBase>;
  const base = new Base('name', '1.2.3', { enabled: true, more: 1 });
  expect([base.instrumentationName, base.instrumentationVersion]).toEqual(['name', '1.2.3']);
  expect(base.getConfig()).toEqual({ enabled: false, more: 1 });
  base.setConfig({ enabled: true });
  expect(base.getConfig()).toEqual({ enabled: true });
  base.enable();
  expect(base.isEnabled()).toBe(false);
  expect(base.getModuleDefinitions()).toEqual([]);
  for (const call of ['disable', 'setTracerProvider', 'setMeterProvider', 'setLoggerProvider'] as const)
    expect((base[call] as () => unknown)()).toBeUndefined();
});
