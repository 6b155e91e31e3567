import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MOST_LEVELS = 5;

/*
 * A bundle holds no package.json of the API. Versions in the text of a bundle were checked for the API 1.3.0, 1.4.1, 1.6.0,
 * 1.7.0, 1.8.0, 1.9.0, 1.9.1 and 1.10.0, in both module formats, plain and minified, as made by rolldown 1.0.0-rc.17,
 * esbuild 0.28.2, terser 5.51.4, swc 1.16.22 and webpack 5.113.0. test/register/caller-version.test.ts bundles the installed API.
 */
/** The comparison that refuses a registration, where a minifier has put the version in place of its constant. */
const COMPARED =
  /(?:\.version\s*!==?\s*["'`](1\.\d+\.\d+)["'`]|["'`](1\.\d+\.\d+)["'`]\s*!==?\s*[\w$.]+\.version\b)[\s\S]{0,120}?@opentelemetry\/api: /;
/** The pattern with which the API parses versions: the constant is the last version before the pattern. */
const PARSED = '/^(\\d+)\\.(\\d+)\\.(\\d+)(-(.+))?$/';
const MOST_BETWEEN = 2000;
const CONSTANT = /["'`](1\.\d+\.\d+)["'`]/g;
/** The constant in a bundle that has changed the order of modules. */
const NAMED = /\bVERSION\s*=\s*["'`](1\.\d+\.\d+)["'`]/;

/**
 * Version of the copy of `@opentelemetry/api` that is calling. A copy of the API registers only into a global of exactly the
 * same version, and exports the version nowhere. So the version is read from the package of the calling file.
 */
export function callerApiVersion(): string | undefined {
  const file = callerFile();
  if (file === undefined) return undefined;
  try {
    return versionOfPackage(file) ?? versionInBundle(file);
  } catch {
    return undefined;
  }
}

/** The nearest file on the stack outside of this build. */
function callerFile(): string | undefined {
  for (const site of callSites(8)) {
    const name = site.getFileName();
    if (!name || name.startsWith('node:') || name === __filename) continue;
    const path = name.startsWith('file:') ? fileURLToPath(name.replace(/[?#].*$/, '')) : name;
    if (path !== __filename) return path;
  }
  return undefined;
}

/** Call sites of the current stack, nearest first, at most `most` of them. */
export function callSites(most: number): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = most;
    Error.prepareStackTrace = (_error, sites) => sites;
    const holder: { stack?: unknown } = {};
    Error.captureStackTrace(holder, callSites);
    return Array.isArray(holder.stack) ? (holder.stack as NodeJS.CallSite[]) : [];
  } catch {
    // frozen intrinsics
    return [];
  } finally {
    try {
      Error.stackTraceLimit = stackTraceLimit;
      if (prepareStackTrace === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
      else Error.prepareStackTrace = prepareStackTrace;
    } catch {
      // frozen intrinsics
    }
  }
}

function versionOfPackage(file: string): string | undefined {
  let folder = dirname(file);
  for (let level = 0; level < MOST_LEVELS; level++) {
    try {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (manifest.name !== undefined) return manifest.name === '@opentelemetry/api' ? manifest.version : undefined;
    } catch {
      // no package.json in this folder
    }
    folder = dirname(folder);
  }
  return undefined;
}

function versionInBundle(file: string): string | undefined {
  return versionInText(readFileSync(file, 'utf8'));
}

/** The version of the API that the `text` of a bundle holds. */
export function versionInText(text: string): string | undefined {
  const compared = COMPARED.exec(text);
  const parsed = text.indexOf(PARSED);
  const before = parsed < 0 ? '' : text.slice(Math.max(0, parsed - MOST_BETWEEN), parsed);
  return compared?.[1] ?? compared?.[2] ?? [...before.matchAll(CONSTANT)].at(-1)?.[1] ?? NAMED.exec(text)?.[1];
}
