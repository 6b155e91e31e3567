import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MOST_LEVELS = 5;
/** Next to the pattern with which the API parses versions stands its own, in bundles that keep the order of modules. */
const IN_BUNDLE =
  /VERSION\s*=\s*["'](1\.\d+\.\d+)["']|["'](1\.\d+\.\d+)["'][^"']{0,400}\/\^\(\\d\+\)\\\.\(\\d\+\)\\\.\(\\d\+\)\(-\(\.\+\)\)\?\$\//;

/**
 * The version of the copy of `@opentelemetry/api` that is calling: it takes a registration only into a global of
 * exactly its version, and tells its version nowhere. Found through the file the call comes from.
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

/** The nearest file on the stack that is not of this build. */
function callerFile(): string | undefined {
  for (const site of callSites(8)) {
    const name = site.getFileName();
    if (!name || name.startsWith('node:') || name === __filename) continue;
    const path = name.startsWith('file:') ? fileURLToPath(name.replace(/[?#].*$/, '')) : name;
    if (path !== __filename) return path;
  }
  return undefined;
}

/** The calls that led here, nearest first. */
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
      // as above
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
      // none here
    }
    folder = dirname(folder);
  }
  return undefined;
}

function versionInBundle(file: string): string | undefined {
  const found = IN_BUNDLE.exec(readFileSync(file, 'utf8'));
  return found?.[1] ?? found?.[2];
}
