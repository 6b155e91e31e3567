/**
 * The line that publishes a module. The line runs last, when every class of the module exists.
 *
 * The functions of this file also run in the loader thread, as source text: see `asyncLoader` of module-hooks.ts.
 */

/** Stands in every line, so that no source gets the line twice. */
export const APPENDED = '@x/llm-otel.modules';

/** The line for an ES module at `url`. */
export const appendix = (url: string, names: readonly string[]): string =>
  `\nimport * as $llmOtel from ${JSON.stringify(url)};\nglobalThis[Symbol.for('${APPENDED}')]?.publish(${JSON.stringify(url)}, $llmOtel, ${accessors(names)});\n`;

/** The line for a CommonJS module. */
export const commonAppendix = (names: readonly string[]): string =>
  `\n;globalThis[Symbol.for('${APPENDED}')]?.publish(__filename, module.exports, ${accessors(names)});\n`;

/** Source text of an object with a getter and a setter for each variable of a module. */
export const accessors = (names: readonly string[]): string =>
  `{${names.map((name) => `${name}: { get: () => ${name}, set: ($value) => { ${name} = $value; } }`).join(', ')}}`;

/** Names of the variables of `source` to publish: `bindings`, or the classes with a name of the pattern `classes`. */
export function publishedNames(
  { bindings, classes }: { readonly bindings?: readonly string[] | undefined; readonly classes?: string | undefined },
  source: string,
): readonly string[] | undefined {
  if (classes === undefined) return bindings;
  const declarations = source.matchAll(/^(?:export )?(?:(?:var|let|const) ([\w$]+) = class\b|class ([\w$]+))/gm);
  const pattern = new RegExp(classes);
  const names = [...declarations].map(([, assigned, declared]) => String(assigned ?? declared));
  const wanted = [...new Set(names)].filter((name) => pattern.test(name));
  return wanted.length === 0 ? undefined : wanted;
}
