/**
 * Makes a constant of every value that one file of the build takes from another. As rolldown generates the code, every use
 * asks a getter of the other file's exports, in case the value changes. No exported value of ours changes, and no file of
 * the build requires a file that requires it: both are checked here, because a constant would be wrong otherwise.
 *
 * The patterns are those of code that rolldown 1.0.0-rc.17 prints. Throws if they match nothing, or leave a getter.
 */
import type { Plugin } from 'rolldown';

const EXPORT =
  /^Object\.defineProperty\(exports, ['"]([\w$]+)['"], \{\s+enumerable: true,\s+get: function \(\) \{\s+return ([\w$]+);\s+\}\s+\}\);$/gm;
const USE = /\b(require_\w+)\.([\w$]+)/g;
const REQUIRE = /^const (require_\w+) = (require\(['"][^'"]+['"]\));$/gm;
const GETTER = /^Object\.defineProperty\(exports, ['"].*\{\s+enumerable: true,\s+get\b.*/m;

/** How often each pattern has matched. */
export interface Replacements {
  exports: number;
  uses: number;
  requires: number;
}

/** The code of one file with plain exports; counts what is replaced in `counts`. */
export function withPlainExports(code: string, counts: Replacements, file: string): string {
  const uses = [...code.matchAll(USE)];
  counts.uses += uses.length;
  const result = code
    .replace(EXPORT, (_match, name: string, local: string) => {
      counts.exports++;
      if (new RegExp(`^let ${local.replaceAll('$', '\\$')}\\b`, 'm').test(code))
        throw new Error(`plain-exports: ${file} exports \`${name}\`, which is no constant`);
      return `exports.${name} = ${local};`;
    })
    .replace(USE, '$1_$2')
    .replace(REQUIRE, (line, from: string, required: string) => {
      const names = new Set(uses.filter((use) => use[1] === from).map(([, , name]) => `${name}: ${from}_${name}`));
      if (names.size === 0) return line;
      counts.requires++;
      return `const { ${[...names].join(', ')} } = ${required};`;
    });
  const getter = GETTER.exec(result)?.[0];
  if (getter !== undefined)
    throw new Error(`plain-exports: an export of ${file} is printed in a way that is not replaced: ${getter}`);
  return result;
}

/** What is wrong with a whole build in which `counts` were replaced. */
export function faultOf(counts: Replacements): string | undefined {
  const idle = Object.entries(counts).filter(([, count]) => count === 0);
  if (idle.length === 0) return undefined;
  const names = idle.map(([name]) => name).join(', ');
  return `plain-exports: nothing was replaced of ${names}; rolldown prints them another way than the patterns expect`;
}

/** A circle in the imports of files, as the path that closes it. */
export function circleIn(imports: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next, [...trail, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

/** The plug-in of the build. Files that hold code of dependencies stay as they are. */
export function plainExports(): Plugin {
  const counts: Replacements = { exports: 0, uses: 0, requires: 0 };
  return {
    name: 'plain-exports',
    renderChunk(code, { fileName, moduleIds }) {
      if (moduleIds.some((id) => id.includes('node_modules'))) return undefined;
      return withPlainExports(code, counts, fileName);
    },
    generateBundle(_options, bundle) {
      const fault = faultOf(counts);
      if (fault !== undefined) throw new Error(fault);
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const circle = circleIn(new Map(chunks.map(({ fileName, imports }) => [fileName, imports])));
      if (circle !== undefined)
        throw new Error(`plain-exports: files of the build require each other: ${circle.join(' -> ')}`);
    },
  };
}
