/**
 * Tells when a watched file has been loaded, as CommonJS or as ESM, and hands over what it exports.
 *
 * ESM: a load hook that matches only the watched files and appends one line to their source, which passes the module's
 * own namespace to a function on `globalThis`. No wrapper module, so live bindings, stack traces and other hooks stay as
 * they are; wrapping whole packages makes openai 4.90-4.104 and @anthropic-ai/sdk 0.40 crash at import.
 * CommonJS: a wrapper of `Module.prototype.load`, which runs once a file.
 */
import Module from 'node:module';
import { swallow } from '../telemetry/guard.ts';
import type { AnyFunction } from '../telemetry/otel.ts';

/** What to watch: `files` of the npm package `module`, without extension, relative to its root. */
export interface Watched {
  readonly module: string;
  readonly files: readonly string[];
}

/** Gets the namespace or `module.exports` of a watched file, and where it was loaded from. */
export type OnLoad = (exports: unknown, location: string) => void;

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
  publish(location: string, exports: unknown): void;
}

const scope = globalThis as unknown as { [BUS]?: Bus };

function bus(): Bus {
  scope[BUS] ??= {
    listeners: [],
    publish(location, exports) {
      for (const { pattern, onLoad } of this.listeners) {
        try {
          if (pattern.test(location)) onLoad(exports, location);
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
  hookCommonJs();
  hookEsm(listener.pattern);
  for (const [filename, loaded] of Object.entries(cjsCache()))
    if (listener.pattern.test(filename) && loaded?.loaded === true) onLoad(loaded.exports, filename);
}

/** The parts of node:module that its types leave out or that older versions lack. */
type Internals = {
  _cache?: Record<string, { loaded: boolean; exports: unknown } | undefined>;
  prototype: { load?: AnyFunction & { [PUBLISHES]?: true } };
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

type LoadResult = { format?: string | null; source?: string | ArrayBuffer | NodeJS.TypedArray | null };
type LoadHook = (url: string, context: unknown, next: (url: string, context: unknown) => LoadResult) => LoadResult;

/** The line that publishes a module; it runs when the module's body has, so every class in it is there. */
const APPENDED = '@x/llm-otel.modules';
const appendix = (url: string): string =>
  `\nimport * as $llmOtel from ${JSON.stringify(url)};\nglobalThis[Symbol.for('${APPENDED}')]?.publish(${JSON.stringify(url)}, $llmOtel);\n`;

const patterns: RegExp[] = [];

function hookEsm(pattern: RegExp): void {
  if (supportsSyncHooks()) {
    patterns.push(pattern);
    if (patterns.length === 1) internals.registerHooks?.({ load: syncLoad });
    return;
  }
  // The hook runs on a thread of its own, so it comes as a data URL and gets its pattern as data. Worker threads inherit it.
  Module.register?.(`data:text/javascript,${encodeURIComponent(asyncLoader())}`, {
    parentURL: 'data:',
    data: { pattern: pattern.source },
  });
}

const syncLoad: LoadHook = (url, context, next) => {
  const result = next(url, context);
  if (!patterns.some((pattern) => pattern.test(url)) || result.format !== 'module' || result.source == null)
    return result;
  const source = typeof result.source === 'string' ? result.source : new TextDecoder().decode(result.source);
  return source.includes(APPENDED) ? result : { ...result, source: source + appendix(url) };
};

/** The same hook for `module.register`, as source text. */
function asyncLoader(): string {
  return `const APPENDED = ${JSON.stringify(APPENDED)};
const appendix = ${appendix.toString()};
const patterns = []; // one module in the thread of the hooks, however often it is registered
export function initialize(data) { patterns.push(new RegExp(data.pattern)); }
export async function load(url, context, next) {
  const result = await next(url, context);
  if (!patterns.some((pattern) => pattern.test(url)) || result.format !== 'module' || result.source == null) return result;
  const source = typeof result.source === 'string' ? result.source : new TextDecoder().decode(result.source);
  return source.includes(APPENDED) ? result : { ...result, source: source + appendix(url) };
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
