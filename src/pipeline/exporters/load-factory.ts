import type { ModuleName } from '../../config/sdk/module-name.ts';
import type { ExporterFactory } from '../../config/start/registered-exporters.ts';
import { fileOfModule, loadModule } from '../load-module.ts';

/** The default export of a module. A promise only where the module cannot be loaded at once. */
export function loadFactory(name: ModuleName): ExporterFactory | Promise<ExporterFactory> {
  const found = loadModule(name);
  return found instanceof Promise ? found.then((namespace) => factoryIn(namespace, name)) : factoryIn(found, name);
}

/** A module of CommonJS may export the function itself, or as `default`, also twice where a compiler has made the module. */
function factoryIn(namespace: unknown, name: ModuleName): ExporterFactory {
  let found = namespace;
  for (let depth = 0; depth < 2 && typeof found === 'object' && found !== null; depth++)
    found = (found as { readonly default?: unknown }).default;
  if (typeof found !== 'function') throw new TypeError(`${fileOfModule(name)} has no function as its default export`);
  return found as ExporterFactory;
}
