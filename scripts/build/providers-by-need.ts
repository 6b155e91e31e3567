/**
 * Each provider is a file of its own, loaded when its SDK is loaded: code that a process holds and does not need is walked
 * through by every full garbage collection. In the sources a provider is an import, so that nothing but the build has to
 * know. Throws where a provider would be bundled into the file of a registry.
 */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'rolldown';

/** A registry as the build sees it. */
export interface LazyRegistry {
  readonly text: string;
  /** Folders of the providers that are loaded by need. */
  readonly folders: readonly string[];
}

const IMPORT = /^import\s*\{([^}]*)\}\s*from\s*(['"])\.\/([\w-]+)\/index\.ts\2;?[^\S\n]*\n?/gm;
const LEFT_OVER = /^(?:import|export)\b(?!\s+type\b)[^;]*?(['"])\.\/[\w-]+\/index\.ts\1.*/m;

/** Replaces the imports of providers in the source `text` of `file`, and `() => name` with a `require` of its file. */
export function loadByNeed(text: string, file: string): LazyRegistry {
  const imports = [...text.matchAll(IMPORT)];
  let result = text.replaceAll(IMPORT, '');
  for (const [, specifiers = '', , folder = ''] of imports) {
    for (const [exported, local] of namesOf(specifiers)) {
      const use = new RegExp(`\\(\\)(?:\\s*:\\s*[\\w<>, ]+)?\\s*=>\\s*${local}\\b(?![.(]) ?`, 'g');
      if (!use.test(result))
        throw new Error(`${file}: the build cannot load ${folder} by need, write \`load: () => ${local}\``);
      result = result.replaceAll(use, `() => require('./provider-${folder}.cjs').${exported} `);
    }
  }
  const left = LEFT_OVER.exec(result)?.[0];
  if (left !== undefined)
    throw new Error(`${file}: the build would bundle a provider, write a named import of it instead of: ${left}`);
  return { text: result, folders: imports.map(([, , , folder = '']) => folder) };
}

/** Exported and local names of the specifiers of an import. */
function namesOf(specifiers: string): [exported: string, local: string][] {
  return specifiers
    .split(',')
    .map((specifier) => specifier.trim().split(/\s+as\s+/))
    .filter(([exported]) => exported !== '')
    .map(([exported = '', local = exported]) => [exported, local]);
}

/**
 * The plug-in of the build.
 * @param registries matches the files that import the providers
 * @param folders all providers, which have to be loaded by need
 */
export function providersByNeed(registries: RegExp, folders: readonly string[]): Plugin {
  const found = new Set<string>();
  return {
    name: 'providers-by-need',
    load(id) {
      if (!registries.test(id)) return undefined;
      const registry = loadByNeed(readFileSync(id, 'utf8'), id);
      for (const folder of registry.folders) found.add(folder);
      return registry.text;
    },
    resolveId: (id) => (/^\.\/provider-[\w-]+\.cjs$/.test(id) ? { id, external: 'relative' } : undefined),
    generateBundle(_options, bundle) {
      const missing = folders.filter((folder) => !found.has(folder));
      if (missing.length > 0)
        throw new Error(
          `providers-by-need: no file that matches ${registries} imports ${missing.join(', ')} from ./<folder>/index.ts`,
        );
      for (const chunk of Object.values(bundle)) {
        const held = chunk.type === 'chunk' ? chunk.imports.find((name) => name.startsWith('provider-')) : undefined;
        if (held !== undefined) throw new Error(`providers-by-need: ${chunk.fileName} loads ${held} at once`);
      }
    },
  };
}
