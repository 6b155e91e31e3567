/** Creates the instrumentations that `LLM_OTEL_AUTO` names. The constructor of an instrumentation hooks the modules. */

import { nearestName } from '../../src/config/nearest-name.ts';
import type { AutoSetting } from '../../src/config/start/auto-setting.ts';
import { firstLine, warnOnce } from '../../src/runtime/log.ts';
import { dependenciesOf, type InstalledPackages, installedPackages } from './installed-packages.ts';
import { PREFIX, packageOf, settingText, shortName } from './instrumentation-names.ts';

/** The part of an instrumentation of OpenTelemetry that is used here. */
export interface Instrumentation {
  readonly instrumentationName?: string;
  /** Modules that the instrumentation patches. Since 0.203.0; `_modules` before. */
  getModuleDefinitions?(): readonly { readonly name: string }[];
  readonly _modules?: readonly { readonly name: string }[];
}

/** npm name of the package that brings all instrumentations. */
const BUNDLE = '@opentelemetry/auto-instrumentations-node';

interface Bundle {
  getNodeAutoInstrumentations(
    config: Readonly<Record<string, { readonly enabled: boolean }>>,
  ): readonly Instrumentation[];
}

type InstrumentationClass = new (options: Readonly<Record<string, unknown>>) => Instrumentation;

/** Instrumentations, and the packages from which they come. */
export interface LoadedInstrumentations {
  readonly instrumentations: readonly Instrumentation[];
  readonly packages: InstalledPackages;
}

/**
 * Creates the instrumentations. Warns once of each package that is missing, and of each name that no package has.
 * @param owned npm names of instrumentations that stay out
 */
export function loadInstrumentations(setting: AutoSetting, owned: ReadonlySet<string>): LoadedInstrumentations {
  const bundle = installedPackages().resolve(BUNDLE);
  const packages = installedPackages(bundle);
  if (setting !== true) return { instrumentations: loadNamed(setting, owned, packages, bundle), packages };
  if (bundle !== undefined) return { instrumentations: loadAll(owned, packages, bundle), packages };
  warnOnce(
    `LLM_OTEL_AUTO=true needs ${BUNDLE}, which is not installed, so only model calls are recorded. Install it: npm install ${BUNDLE}.`,
  );
  return { instrumentations: [], packages };
}

/** `OTEL_NODE_ENABLED_INSTRUMENTATIONS` and `OTEL_NODE_DISABLED_INSTRUMENTATIONS` are read by the package itself. */
function loadAll(owned: ReadonlySet<string>, packages: InstalledPackages, bundle: string): readonly Instrumentation[] {
  // A name that the package does not have would be an error in the log of OpenTelemetry.
  const out = dependenciesOf(bundle, BUNDLE).filter((name) => owned.has(name));
  const { getNodeAutoInstrumentations } = packages.load(BUNDLE) as Bundle;
  return getNodeAutoInstrumentations(Object.fromEntries(out.map((name) => [name, { enabled: false }])));
}

/** Loads the named packages alone: the package with all instrumentations takes a second to load. */
function loadNamed(
  written: readonly string[],
  owned: ReadonlySet<string>,
  packages: InstalledPackages,
  bundle: string | undefined,
): Instrumentation[] {
  return written.flatMap((item) => {
    const name = packageOf(item);
    if (owned.has(name)) {
      warnOnce(`LLM_OTEL_AUTO: ${item} has no effect, because @x/llm-otel records the same itself.`);
      return [];
    }
    if (packages.resolve(name) === undefined) {
      warnOfMissing(item, name, written, bundle);
      return [];
    }
    try {
      return [createInstrumentation(packages.load(name))];
    } catch (error) {
      warnOnce(`LLM_OTEL_AUTO: ${item} cannot be used (${firstLine(error)}).`);
      return [];
    }
  });
}

function createInstrumentation(exports: unknown): Instrumentation {
  const found = Object.entries(exports as Readonly<Record<string, unknown>>).find(
    ([name, value]) => name.endsWith('Instrumentation') && typeof value === 'function',
  );
  if (found === undefined) throw new Error('the package has no class of an instrumentation');
  // For @fastify/otel, which waits for a plug-in that the application registers; other instrumentations have no such option.
  return new (found[1] as InstrumentationClass)({ registerOnInitialization: true });
}

function warnOfMissing(item: string, name: string, written: readonly string[], bundle: string | undefined): void {
  const all = bundle === undefined ? [] : dependenciesOf(bundle, BUNDLE).filter((one) => one.startsWith(PREFIX));
  const nearest = nearestName(shortName(name), all.map(shortName));
  const advice =
    nearest !== undefined
      ? `did you mean ${nearest}?`
      : `install it: npm install ${name}${bundle === undefined ? `, or all instrumentations: npm install ${BUNDLE}` : ''}.`;
  warnOnce(
    `LLM_OTEL_AUTO=${settingText(written).slice(0, 100)}: "${item.slice(0, 60)}" (${name.slice(0, 100)}) is not installed and has no effect, ${advice}`,
  );
}
