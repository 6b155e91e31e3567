import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MOST_LEVELS = 5;
/**
 * The version of the API in a bundle. In bundles that keep the order of modules, the version stands next to the regular
 * expression with which the API parses versions.
 */
const IN_BUNDLE =
  /VERSION\s*=\s*["'](1\.\d+\.\d+)["']|["'](1\.\d+\.\d+)["'][^"']{0,400}\/\^\(\\d\+\)\\\.\(\\d\+\)\\\.\(\\d\+\)\(-\(\.\+\)\)\?\$\//;

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
  const match = IN_BUNDLE.exec(readFileSync(file, 'utf8'));
  return match?.[1] ?? match?.[2];
}
