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
import * as fs from 'node:fs';
import Module from 'node:module';
import { pathToFileURL } from 'node:url';
import { JEST_ADVICE, runsInJest } from '../../config/test-runner.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { runInExistingDirectory } from '../../runtime/files/working-directory.ts';
import { swallow } from '../../runtime/guard.ts';
import { firstLine, warnOnce } from '../../runtime/log.ts';
import type { Bindings } from '../wrapping/binding.ts';
import { APPENDED, accessors, appendix, commonAppendix, publishedNames } from './appended-line.ts';
import {
  type Companions,
  type FoundPackage,
  fileStem,
  findPackage,
  isMocked,
  isNameOf,
  type PackageFiles,
  type PackageNames,
  packageName,
} from './watched-package.ts';

/** The files to watch. */
export interface WatchedFiles extends PackageFiles {
  /** Local variables of the files that listeners get together with the exports. */
  readonly bindings?: readonly string[];
  /** Further packages with classes of the SDK. */
  readonly companions?: Companions;
}

/** The files of a package, or of the companions of the package. */
interface Watched extends PackageFiles {
  readonly bindings?: readonly string[] | undefined;
  readonly classes?: string;
  /** npm name of the SDK. */
  readonly sdk: string;
}

/** A loaded file: the npm name of the SDK, the location of the file, and the bindings asked for. */
export interface WatchedFile {
  readonly module: string;
  /** npm name of the package with the file, if the package is a companion of the SDK. */
  readonly companion?: string | undefined;
  readonly location: string;
  readonly bindings?: Bindings | undefined;
  /** True for an entry of the CommonJS cache: a test tool may have put the entry there. */
  readonly silent: boolean;
}

/** Gets the namespace or `module.exports` of a watched file. */
export type OnLoad = (exports: unknown, file: WatchedFile) => void;

/** A listener on the bus. `pattern` was a RegExp in versions before this one, and copies of several versions share the bus. */
interface Listener {
  readonly pattern: { test(location: string): boolean };
  readonly onLoad: (exports: unknown, location: string, bindings?: Bindings) => void;
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

const names: PackageNames = new Map();
/** Everything that a listener of this copy of the package watches. */
const watchedFiles: Watched[] = [];

function withCompanions({ module, files, bindings, companions }: WatchedFiles): Watched[] {
  const own = { module, files, bindings, sdk: module };
  return companions === undefined ? [own] : [own, { ...companions, sdk: module }];
}

function findWatched(location: string, watched: readonly Watched[]): FoundPackage<Watched> | undefined {
  const found = findPackage(location, watched, names, fs);
  return found === undefined || isMocked(location) ? undefined : found;
}

/**
 * Calls `onLoad` for every watched file that is loaded from now on, and for the watched files in the CommonJS cache. An
 * ES module that was loaded before cannot be found any more. A module that a test tool puts in place of a watched file is
 * left alone.
 */
export function hookModules(packages: readonly WatchedFiles[], onLoad: OnLoad): void {
  const watched = packages.flatMap(withCompanions);
  const report = (exports: unknown, location: string, bindings?: Bindings, silent = false): void => {
    unfinished.delete(withoutQuery(location));
    const found = findWatched(location, watched);
    if (found === undefined) return;
    const { sdk, classes } = found.entry;
    // A companion publishes its classes itself, before the wrapper of `load` sees the exports.
    if (classes !== undefined && bindings === undefined && !silent) return;
    const companion = classes === undefined ? undefined : found.name;
    onLoad(exports, { module: sdk, companion, location, bindings, silent });
  };
  bus().listeners.push({
    pattern: { test: (location) => findWatched(location, watched) !== undefined },
    onLoad: (exports, location, bindings) => report(exports, location, bindings),
  });
  watchedFiles.push(...watched);
  hookOrWarn(hookCommonJs);
  if (watchedFiles.some(({ bindings, classes }) => bindings !== undefined || classes !== undefined))
    hookOrWarn(hookCompile);
  hookOrWarn(() => hookEsm(watched));
  for (const [filename, loaded] of Object.entries(cjsCache()))
    if (loaded?.loaded === true && findWatched(filename, watched) !== undefined)
      report(loaded.exports, filename, undefined, true);
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
 * Appends the line with the bindings to files that are watched with bindings. For CommonJS, because the wrapper of `load` sees only
 * the exports. For ES modules that are loaded by `require`, because Node does not call hooks of the loader thread for
 * such a module.
 */
function hookCompile(): void {
  const original = internals.prototype._compile;
  if (typeof original !== 'function' || original[PUBLISHES]) return;
  const _compile = function (this: unknown, ...args: unknown[]): unknown {
    const [content, file, format] = args;
    const entry = findWatched(String(file), watchedFiles)?.entry;
    const local = typeof content === 'string' && entry !== undefined ? publishedNames(entry, content) : undefined;
    if (typeof content !== 'string' || local === undefined || content.includes(APPENDED))
      return Reflect.apply(original, this, args);
    const line = format === 'module' ? appendix(pathToFileURL(String(file)).href, local) : commonAppendix(local);
    return Reflect.apply(original, this, [content + line, ...args.slice(1)]);
  };
  Object.defineProperty(_compile, PUBLISHES, { value: true });
  internals.prototype._compile = _compile;
}

type LoadResult = { format?: string | null; source?: string | ArrayBuffer | NodeJS.TypedArray | null };
type LoadHook = (url: string, context: unknown, next: (url: string, context: unknown) => LoadResult) => LoadResult;

/**
 * Number of URLs of each file that got the line and have not run yet. A resolver that gives a new URL to every import makes an
 * endless chain of the line, which imports the module into itself: the chain ends here.
 */
const unfinished = new Map<string, number>();
const MOST_UNFINISHED = 8;

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/** Counts `url` as a module that gets the line; false if too many URLs of the file wait already. */
function countUnfinished(url: string, counts: Map<string, number>, most: number): boolean {
  const file = withoutQuery(url);
  const count = counts.get(file) ?? 0;
  counts.set(file, count + 1);
  return count < most;
}

let hooked = false;

function hookEsm(watched: readonly Watched[]): void {
  if (supportsSyncHooks()) {
    if (!hooked) internals.registerHooks?.({ load: syncLoad });
    hooked = true;
    return;
  }
  // The hook runs in the loader thread, so a data URL carries the code, and `data` the watched files. Worker threads inherit
  // the hook.
  const loader = `data:text/javascript,${encodeURIComponent(asyncLoader())}`;
  const data = watched.map(({ module, files, bindings, classes }) => ({ module, files, bindings, classes }));
  // In a removed directory Node 20 waits forever for the loader thread, which cannot start.
  runInExistingDirectory(() => Module.register?.(loader, { parentURL: 'data:', data }));
}

const syncLoad: LoadHook = (url, context, next) => {
  const result = next(url, context);
  if (result.format !== 'module' || result.source == null) return result;
  const found = findWatched(url, watchedFiles);
  if (found === undefined) return result;
  const source = typeof result.source === 'string' ? result.source : new TextDecoder().decode(result.source);
  const local = publishedNames(found.entry, source);
  if (found.entry.classes !== undefined && local === undefined) return result;
  if (source.includes(APPENDED) || !countUnfinished(url, unfinished, MOST_UNFINISHED)) return result;
  return { ...result, source: source + appendix(url, local ?? []) };
};

/**
 * The hook {@link syncLoad} for `module.register`, as source text, because the loader thread does not have this file. The
 * functions named here must reference nothing but their parameters, one another and `APPENDED`, and the build must not rename
 * them: no minifier, and no second declaration of such a name in their files. The loader thread does not hear which modules
 * have run, so it bounds all URLs of a file. test/patching/loading/async-loader.test.ts runs the text of the build.
 */
function asyncLoader(): string {
  return `import * as fs from 'node:fs';
const APPENDED = ${JSON.stringify(APPENDED)};
const accessors = ${accessors.toString()};
const appendix = ${appendix.toString()};
${[publishedNames, findPackage, isNameOf, fileStem, packageName, isMocked, withoutQuery, countUnfinished].map(String).join('\n')}
const watched = []; // Node loads this module once, for any number of calls of register()
const names = new Map();
const counts = new Map();
export function initialize(data) {
  watched.push(...data);
}
export async function load(url, context, next) {
  const result = await next(url, context);
  if (result.format !== 'module' || result.source == null) return result;
  const found = findPackage(url, watched, names, fs);
  if (found === undefined || isMocked(url)) return result;
  const source = typeof result.source === 'string' ? result.source : new TextDecoder().decode(result.source);
  const local = publishedNames(found.entry, source);
  if (found.entry.classes !== undefined && local === undefined) return result;
  if (source.includes(APPENDED) || !countUnfinished(url, counts, 64)) return result;
  return { ...result, source: source + appendix(url, local ?? []) };
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
