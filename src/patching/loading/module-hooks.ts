/**
 * Calls listeners with the exports of every watched file that is loaded, as CommonJS or as ESM.
 *
 * ESM: a load hook matches only the watched files and appends one line to the source of such a file. The line passes
 * the namespace of the module to a function on `globalThis`. No wrapper module is needed, so live bindings, stack
 * traces and foreign hooks stay intact. Wrapping whole packages makes openai 4.90-4.104 and @anthropic-ai/sdk 0.40
 * crash at import.
 *
 * CommonJS: a wrapper of `Module.prototype.load`, which runs once for each file.
 */
import Module from 'node:module';
import { pathToFileURL } from 'node:url';
import { JEST_ADVICE, runsInJest } from '../../config/test-runner.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { swallow } from '../../runtime/guard.ts';
import { firstLine, warnOnce } from '../../runtime/log.ts';
import type { Bindings } from '../wrapping/binding.ts';

/**
 * The files to watch: `files` of the npm package `module`, as paths from the root of the package, without extension.
 */
export interface WatchedFiles {
  readonly module: string;
  readonly files: readonly string[];
  /** Local variables of the files that listeners get together with the exports. */
  readonly bindings?: readonly string[];
}

/** Gets the namespace or `module.exports` of a watched file, the location of the file, and the bindings asked for. */
export type OnLoad = (exports: unknown, location: string, bindings?: Bindings) => void;

interface Listener {
  readonly pattern: RegExp;
  readonly onLoad: OnLoad;
}

/** Shared by every copy of this package, so that the line is appended to a source only once. */
const BUS = Symbol.for('@x/llm-otel.modules');
/** Mark on our wrappers of methods of `Module.prototype`, so that a second copy of this package does not wrap again. */
const PUBLISHES = Symbol.for('@x/llm-otel.publishes');

interface Bus {
  readonly listeners: Listener[];
  publish(location: string, exports: unknown, bindings?: Bindings): void;
}

const globals = globalThis as unknown as { [BUS]?: Bus };

function bus(): Bus {
  globals[BUS] ??= {
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
  return globals[BUS];
}

/** Matches the paths and URLs of the watched files, in every folder where the package may be installed. */
function patternOf(watched: readonly WatchedFiles[]): RegExp {
  const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('/', '[\\\\/]');
  const packages = watched.map(({ module, files }) => `${literal(module)}[\\\\/](?:${files.map(literal).join('|')})`);
  return new RegExp(`[\\\\/]node_modules[\\\\/](?:${packages.join('|')})\\.[cm]?js(?:[?#].*)?$`);
}

/**
 * Calls `onLoad` for every watched file that is loaded from now on, and for the watched files in the CommonJS cache. An
 * ES module that was loaded before cannot be found any more.
 */
export function hookModules(watched: readonly WatchedFiles[], onLoad: OnLoad): void {
  const listener: Listener = { pattern: patternOf(watched), onLoad };
  bus().listeners.push(listener);
  const withBindings = watched.filter(({ bindings }) => bindings !== undefined);
  for (const { bindings = [], ...rest } of withBindings) scopes.push({ pattern: patternOf([rest]), bindings });
  hookOrWarn(hookCommonJs);
  if (scopes.length > 0) hookOrWarn(hookCompile);
  hookOrWarn(() => hookEsm(listener.pattern));
  for (const [filename, loaded] of Object.entries(cjsCache()))
    if (listener.pattern.test(filename) && loaded?.loaded === true) onLoad(loaded.exports, filename);
}

/** Installs a hook. Runtimes and test runners refuse hooks in several ways; the application must not notice. */
function hookOrWarn(hook: () => void): void {
  try {
    hook();
  } catch (error) {
    const advice = runsInJest()
      ? JEST_ADVICE
      : 'Pass the SDK to instrumentation.patch(), or each client to instrument().';
    warnOnce(
      `modules cannot be hooked (${firstLine(error)}), so an SDK that is loaded later is not recorded. ${advice}`,
    );
  }
}

/** Parts of `node:module` that are missing in the types or in older versions of Node. */
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
    globals[BUS]?.publish(String(args[0]), this.exports);
    return result;
  };
  Object.defineProperty(load, PUBLISHES, { value: true });
  internals.prototype.load = load;
}

/**
 * Appends the line with the bindings to files of {@link scopes}. For CommonJS, because the wrapper of `load` sees only
 * the exports. For ES modules that are loaded by `require`, because Node does not call hooks of the loader thread for
 * such a module.
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

/** The line that publishes a module. The line runs last, when every class of the module exists. */
const APPENDED = '@x/llm-otel.modules';
const appendix = (url: string, names: readonly string[]): string =>
  `\nimport * as $llmOtel from ${JSON.stringify(url)};\nglobalThis[Symbol.for('${APPENDED}')]?.publish(${JSON.stringify(url)}, $llmOtel, ${accessors(names)});\n`;
const commonAppendix = (names: readonly string[]): string =>
  `\n;globalThis[Symbol.for('${APPENDED}')]?.publish(__filename, module.exports, ${accessors(names)});\n`;
const accessors = (names: readonly string[]): string =>
  `{${names.map((name) => `${name}: { get: () => ${name}, set: ($value) => { ${name} = $value; } }`).join(', ')}}`;

/** Names of local variables to expose from matching files. */
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
  // The hook runs in the loader thread, so a data URL carries the code, and `data` the patterns. Worker threads inherit
  // the hook.
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
 * The hook {@link syncLoad} for `module.register`, as source text, because the loader thread does not have this file.
 * `accessors`, `appendix` and `bindingsOf` must reference nothing but their parameters, one another and `APPENDED`, and the
 * build must not rename these four: no minifier, and no second declaration of such a name in the file.
 * test/patching/loading/async-loader.test.ts runs the text of the build.
 */
function asyncLoader(): string {
  return `const APPENDED = ${JSON.stringify(APPENDED)};
const accessors = ${accessors.toString()};
const appendix = ${appendix.toString()};
const bindingsOf = ${bindingsOf.toString()};
const patterns = []; // Node loads this module once, for any number of calls of register()
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
