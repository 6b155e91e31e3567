import type { ConfigPlace } from '../../../config/config-place.ts';
import { firstLine, warnOnce } from '../../../runtime/log.ts';
import { loadFactory } from '../../exporters/load-factory.ts';
import { fileOfModule } from '../../load-module.ts';
import { kindOfValue } from '../../match/kind-of-value.ts';

type UserFunction = (...args: unknown[]) => unknown;

/**
 * Finds a module of a user and returns a function that loads the default export at the first call: the module may import an SDK,
 * and must come after the hooks of `register`. The function returns undefined until a module is there that Node cannot load
 * at once (top-level await). An error of the module is thrown at every call.
 */
export function userModule(
  module: unknown,
  where: ConfigPlace,
  folder: string,
): (() => UserFunction | undefined) | undefined {
  if (typeof module !== 'string' || module === '') {
    where.refuse(`it is ${kindOfValue(module)}; expected the path of a module, or the name of a package`);
    return undefined;
  }
  const name = { module, from: folder };
  try {
    fileOfModule(name);
  } catch {
    where.refuse('the module cannot be found; expected a path from the folder of the file, or the name of a package');
    return undefined;
  }
  let state: { readonly found?: UserFunction; readonly error?: unknown } | 'loading' | undefined;
  return () => {
    if (state === undefined) state = loadNow(name, (loaded) => { state = loaded; }); // biome-ignore format: a row
    if (state === 'loading') return undefined;
    if (state.found === undefined) throw state.error;
    return state.found;
  };
}

type Loaded = { readonly found?: UserFunction; readonly error?: unknown };

function loadNow(
  name: { readonly module: string; readonly from: string },
  later: (loaded: Loaded) => void,
): Loaded | 'loading' {
  try {
    const factory = loadFactory(name);
    if (!(factory instanceof Promise)) return { found: factory as UserFunction };
    warnOnce(
      `the module ${name.module} of a step cannot be loaded at once, and items go on without the step until the module is there. Export a function from a CommonJS module, or from an ES module without top-level await.`,
    );
    factory.then(
      (found) => later({ found: found as UserFunction }),
      (error: unknown) => later({ error }),
    );
    return 'loading';
  } catch (error) {
    return { error: error ?? new Error(`the module threw ${firstLine(error)}`) };
  }
}
