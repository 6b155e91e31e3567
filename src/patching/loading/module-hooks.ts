/**
 * Tells when a watched file has been loaded, as CommonJS or as ESM, and hands over what it exports.
 *
 * ESM: a load hook that matches only the watched files and appends one line to their source, which passes the module's
 * own namespace to a function on `globalThis`. No wrapper module, so live bindings, stack traces and other hooks stay as
 * they are; wrapping whole packages makes openai 4.90-4.104 and @anthropic-ai/sdk 0.40 crash at import.
 * CommonJS: a wrapper of `Module.prototype.load`, which runs once a file.
 */
import Module from 'node:module';
import { pathToFileURL } from 'node:url';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { swallow } from '../../runtime/guard.ts';
import type { Bindings } from '../wrapping/binding.ts';

/** What to watch: `files` of the npm package `module`, without extension, relative to its root. */
export interface Watched {
  readonly module: string;
  readonly files: readonly string[];
  /** Names in the scope of the files that are handed over with what they export. */
  readonly bindings?: readonly string[];
}

/** Gets the namespace or `module.exports` of a watched file, where it was loaded from, and its bindings if it was asked for any. */
export type OnLoad = (exports: unknown, location: string, bindings?: Bindings) => void;

interface Listener {
  readonly pattern: RegExp;
  readonly onLoad: OnLoad;
}

/** Shared by every copy of this package, so that a source line is appended once. */
const BUS = Symbol.for('@x/llm-otel.modules');
/** On `Module.prototype.load`: it publishes already. */
const PUBLISHES = Symbol.for('@x/llm-otel.publishes');

interface Bus {
  readonly listeners: Listener[];
  publish(location: string, exports: unknown, bindings?: Bindings): void;
}

const scope = globalThis as unknown as { [BUS]?: Bus };

function bus(): Bus {
  scope[BUS] ??= {
    listeners: [],
    publish(location, exports, bindings) {
      for (const { pattern, onLoad } of this.listeners) {
        try {
          if (pattern.test(location)) onLoad(exports, location, bindings);
        } catch (error) {
          swallow(error);
        }
      }
    },
  };
  return scope[BUS];
}

/** Paths and URLs of the watched files, wherever the package is installed. */
function patternOf(watched: readonly Watched[]): RegExp {
  const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('/', '[\\\\/]');
  const packages = watched.map(({ module, files }) => `${literal(module)}[\\\\/](?:${files.map(literal).join('|')})`);
  return new RegExp(`[\\\\/]node_modules[\\\\/](?:${packages.join('|')})\\.[cm]?js(?:[?#].*)?$`);
}

/**
 * Calls `onLoad` for every watched file that is loaded from now on, and for those that are in the CommonJS cache
 * already. An ES module that was loaded before cannot be found any more.
 */
export function hookModules(watched: readonly Watched[], onLoad: OnLoad): void {
  const listener: Listener = { pattern: patternOf(watched), onLoad };
  bus().listeners.push(listener);
  const open = watched.filter(({ bindings }) => bindings !== undefined);
  for (const { bindings = [], ...rest } of open) scopes.push({ pattern: patternOf([rest]), bindings });
  hookCommonJs();
  if (scopes.length > 0) hookCompile();
  hookEsm(listener.pattern);
  for (const [filename, loaded] of Object.entries(cjsCache()))
    if (listener.pattern.test(filename) && loaded?.loaded === true) onLoad(loaded.exports, filename);
}

/** The parts of node:module that its types leave out or that older versions lack. */
type Internals = {
  _cache?: Record<string, { loaded: boolean; exports: unknown } | undefined>;
  prototype: { load?: AnyFunction & { [PUBLISHES]?: true }; _compile?: AnyFunction & { [PUBLISHES]?: true } };
  registerHooks?(hooks: { load: LoadHook }): unknown;
};
const internals = Module as unknown as Internals;

function cjsCache(): NonNullable<Internals['_cache']> {
  return internals._cache ?? {};
}

function hookCommonJs(): void {
  const original = internals.prototype.load;
  if (typeof original !== 'function' || original[PUBLISHES]) return;
  const load = function (this: { exports: unknown }, ...args: unknown[]): unknown {
    const result: unknown = Reflect.apply(original, this, args);
    scope[BUS]?.publish(String(args[0]), this.exports);
    return result;
  };
  Object.defineProperty(load, PUBLISHES, { value: true });
  internals.prototype.load = load;
}

/**
 * Files whose bindings are wanted get a line of their own here, if they are CommonJS, of which `load` sees the exports alone.
 * So do ES modules that are required: hooks on a thread of their own are not asked for those.
 */
function hookCompile(): void {
  const original = internals.prototype._compile;
  if (typeof original !== 'function' || original[PUBLISHES]) return;
  const _compile = function (this: unknown, ...args: unknown[]): unknown {
    const [content, file, format] = args;
    const names = bindingsOf(String(file), scopes);
    if (typeof content !== 'string' || names.length === 0 || content.includes(APPENDED))
      return Reflect.apply(original, this, args);
    const line = format === 'module' ? appendix(pathToFileURL(String(file)).href, names) : commonAppendix(names);
    return Reflect.apply(original, this, [content + line, ...args.slice(1)]);
  };
  Object.defineProperty(_compile, PUBLISHES, { value: true });
  internals.prototype._compile = _compile;
}

type LoadResult = { format?: string | null; source?: string | ArrayBuffer | NodeJS.TypedArray | null };
type LoadHook = (url: string, context: unknown, next: (url: string, context: unknown) => LoadResult) => LoadResult;

/** The line that publishes a module; it runs when the module's body has, so every class in it is there. */
const APPENDED = '@x/llm-otel.modules';
const appendix = (url: string, names: readonly string[]): string =>
  `\nimport * as $llmOtel from ${JSON.stringify(url)};\nglobalThis[Symbol.for('${APPENDED}')]?.publish(${JSON.stringify(url)}, $llmOtel, ${accessors(names)});\n`;
const commonAppendix = (names: readonly string[]): string =>
  `\n;globalThis[Symbol.for('${APPENDED}')]?.publish(__filename, module.exports, ${accessors(names)});\n`;
const accessors = (names: readonly string[]): string =>
  `{${names.map((name) => `${name}: { get: () => ${name}, set: ($value) => { ${name} = $value; } }`).join(', ')}}`;

/** Names that are wanted of the files that match. */
interface Scope {
  readonly pattern: RegExp;
  readonly bindings: readonly string[];
}

const patterns: RegExp[] = [];
const scopes: Scope[] = [];
const bindingsOf = (url: string, list: readonly Scope[]): readonly string[] =>
  list.find(({ pattern }) => pattern.test(url))?.bindings ?? [];

function hookEsm(pattern: RegExp): void {
  if (supportsSyncHooks()) {
    patterns.push(pattern);
    if (patterns.length === 1) internals.registerHooks?.({ load: syncLoad });
    return;
  }
  // The hook runs on a thread of its own, so it comes as a data URL and gets its pattern as data. Worker threads inherit it.
  Module.register?.(`data:text/javascript,${encodeURIComponent(asyncLoader())}`, {
    parentURL: 'data:',
    data: {
      pattern: pattern.source,
      scopes: scopes.map(({ pattern, bindings }) => ({ pattern: pattern.source, bindings })),
    },
  });
}

const syncLoad: LoadHook = (url, context, next) => {
  const result = next(url, context);
  if (!patterns.some((pattern) => pattern.test(url)) || result.format !== 'module' || result.source == null)
    return result;
  const source = typeof result.source === 'string' ? result.source : new TextDecoder().decode(result.source);
  return source.includes(APPENDED) ? result : { ...result, source: source + appendix(url, bindingsOf(url, scopes)) };
};

/**
 * The same hook for `module.register`, as source text: the thread of the hooks has none of this file. `accessors`, `appendix`
 * and `bindingsOf` must use nothing but their parameters and `APPENDED`, and the build must not rename what they use: no
 * minifier, no second name of the kind in the file. test/patching/loading/async-loader.test.ts runs the text of the build.
 */
function asyncLoader(): string {
  return `const APPENDED = ${JSON.stringify(APPENDED)};
const accessors = ${accessors.toString()};
const appendix = ${appendix.toString()};
const bindingsOf = ${bindingsOf.toString()};
const patterns = []; // one module in the thread of the hooks, however often it is registered
const scopes = [];
export function initialize(data) {
  patterns.push(new RegExp(data.pattern));
  for (const { pattern, bindings } of data.scopes) scopes.push({ pattern: new RegExp(pattern), bindings });
}
export async function load(url, context, next) {
  const result = await next(url, context);
  if (!patterns.some((pattern) => pattern.test(url)) || result.format !== 'module' || result.source == null) return result;
  const source = typeof result.source === 'string' ? result.source : new TextDecoder().decode(result.source);
  return source.includes(APPENDED) ? result : { ...result, source: source + appendix(url, bindingsOf(url, scopes)) };
}`;
}

/** Synchronous hooks before nodejs/node#59929 lose traces with a CommonJS entry and crash on require(esm). */
const SYNC_HOOKS_SINCE: Readonly<Record<number, readonly [minor: number, patch: number]>> = {
  22: [22, 3],
  24: [11, 1],
  25: [1, 0],
};

function supportsSyncHooks(): boolean {
  if (typeof internals.registerHooks !== 'function') return false;
  const [major = 0, minor = 0, patch = 0] = process.versions.node.split('.').map(Number);
  const since = SYNC_HOOKS_SINCE[major];
  if (since === undefined) return major >= 26;
  return minor > since[0] || (minor === since[0] && patch >= since[1]);
}
