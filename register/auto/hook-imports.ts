/**
 * ES modules. Instrumentations of OpenTelemetry hear of an `import` through the hook of import-in-the-middle, which somebody
 * has to register. The hook wraps modules, and some SDKs do not run when they are wrapped, so the hook gets the packages of the
 * instrumentations and no others.
 */
import Module, { builtinModules, createRequire } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { firstLine, warnOnce } from '../../src/runtime/log.ts';
import { environment } from '../../src/runtime/platform.ts';
import type { InstalledPackages } from './installed-packages.ts';
import type { Instrumentation } from './load-instrumentations.ts';

const BASE = '@opentelemetry/instrumentation';
const HOOK = 'import-in-the-middle';

/** Registers the hook for the modules of `instrumentations`. Never throws. */
export function hookImports(instrumentations: readonly Instrumentation[], packages: InstalledPackages): void {
  const names = [...new Set(instrumentations.flatMap(modulesOf))];
  if (names.length === 0 || isHooked()) return;
  try {
    const base = packages.resolve(BASE);
    if (base === undefined) throw new Error(`${BASE} is not installed`);
    // The copy of import-in-the-middle that the instrumentations use: each copy has hooks of its own.
    const folder = dirname(createRequire(base).resolve(HOOK));
    registerHook(folder, includedModules(names));
  } catch (error) {
    warnOnce(
      `LLM_OTEL_AUTO: imports cannot be hooked (${firstLine(error)}), so ES modules are not instrumented. Add --import with a file that calls register('${BASE}/hook.mjs', import.meta.url) of node:module.`,
    );
  }
}

function modulesOf(instrumentation: Instrumentation): string[] {
  const modules = instrumentation.getModuleDefinitions?.() ?? instrumentation._modules ?? [];
  return modules.map(({ name }) => name);
}

/** Whether the user has registered the hook. */
function isHooked(): boolean {
  const flags = [...process.execArgv, environment().NODE_OPTIONS ?? ''].join(' ');
  return flags.includes(`${BASE}/hook.mjs`) || flags.includes(`${HOOK}/`);
}

/** Names of files and of modules of Node, and one pattern for the files of all packages. */
function includedModules(names: readonly string[]): (string | RegExp)[] {
  const isPackage = (name: string): boolean => !isAbsolute(name) && !builtinModules.includes(name);
  const escaped = names.filter(isPackage).map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const others = names.filter((name) => !isPackage(name));
  return escaped.length === 0 ? others : [...others, new RegExp(`/node_modules/(?:${escaped.join('|')})/`)];
}

function registerHook(folder: string, include: readonly (string | RegExp)[]): void {
  const hook = pathToFileURL(join(folder, 'hook.mjs')).href;
  (Module as { register?: typeof Module.register }).register?.(hook, { data: { include } });
}
