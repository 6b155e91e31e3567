/**
 * Notices an SDK that makes requests while no copy of the SDK is patched. The application imported the SDK before the
 * hooks existed, or bundles the SDK. Without a warning, a forgotten flag or a bundler would just mean missing spans.
 */

import { JEST_ADVICE, runsInJest } from '../../config/test-runner.ts';
import { swallow } from '../../runtime/guard.ts';
import { warnOnce } from '../../runtime/log.ts';
import { builtin } from '../../runtime/platform.ts';

/** How to recognise the requests of an SDK. */
export interface SdkUserAgent {
  readonly module: string;
  /** Matches the `user-agent` header. An SDK without a pattern cannot be noticed. */
  readonly userAgent?: RegExp;
}

/**
 * npm names of the SDKs with a patched copy. Shared by all copies of this package, because a bundle contains a copy.
 */
const PATCHED = Symbol.for('@x/llm-otel.patched');
const globals = globalThis as unknown as { [PATCHED]?: Set<string> };

/** Notes that a copy of `module` is patched. */
export function markPatched(module: string): void {
  globals[PATCHED] ??= new Set();
  globals[PATCHED].add(module);
}

/** Is a copy of `module` patched? */
export function isPatched(module: string): boolean {
  return globals[PATCHED]?.has(module) === true;
}

const watched: Required<SdkUserAgent>[] = [];

/**
 * Warns once about every SDK of `sdks` that makes a request without being patched. Costs nothing when all are patched.
 */
export function warnOfUnpatched(sdks: readonly SdkUserAgent[]): void {
  if (watched.length === 0) {
    const diagnostics = builtin('node:diagnostics_channel');
    diagnostics?.subscribe('undici:request:create', onUndici);
    diagnostics?.subscribe('http.client.request.start', onHttp);
  }
  for (const { module, userAgent } of sdks)
    if (userAgent !== undefined && !watched.some((sdk) => sdk.module === module)) watched.push({ module, userAgent });
}

/** Headers that identify an SDK. */
const SDK_HEADERS = ['user-agent', 'x-goog-api-client', 'anthropic-version'];
/** `OpenAI/JS 7.55.0` in a minified bundle: the SDK sends the class name, and the minifier has shortened the name. */
const MINIFIED = /^[\w$]{1,3}\/JS [\d.]+/;

/** `fetch` of Node: the headers are an array of names and values, or a single string in the undici of Node 20. */
function onUndici(message: unknown): void {
  checkRequest(() => {
    const { headers } = (message as { request: { headers: unknown } }).request;
    if (typeof headers === 'string')
      return headers
        .split('\r\n')
        .map((line) => /^([^:]+): (.*)$/.exec(line))
        .map((match) => (SDK_HEADERS.includes(match?.[1]?.toLowerCase() ?? '') ? match?.[2] : undefined));
    const list = headers as readonly unknown[];
    return list.map((value, i) =>
      i % 2 === 1 && SDK_HEADERS.includes(headerText(list[i - 1]).toLowerCase()) ? headerText(value) : undefined,
    );
  });
}

/** `http`, used by node-fetch in older SDKs. */
function onHttp(message: unknown): void {
  checkRequest(() => {
    const { request } = message as { request: { getHeader(name: string): unknown } };
    return SDK_HEADERS.map((name) => headerText(request.getHeader(name)));
  });
}

const headerText = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).join(' ') : value === undefined ? '' : String(value);

function checkRequest(headersOf: () => readonly (string | undefined)[]): void {
  if (watched.every(({ module }) => isPatched(module))) return;
  try {
    const values = headersOf().filter((value) => value !== undefined && value !== '') as string[];
    for (const { module, userAgent } of watched) {
      const match = values.find((value) => userAgent.test(value));
      if (match !== undefined && !isPatched(module)) warnOfSdk(module, match.slice(0, 60));
    }
    const minified = values.find((value) => MINIFIED.test(value));
    // Of the SDKs with this form of user agent, only Anthropic's sends the version of the API, a date.
    const module = values.some((value) => /^\d{4}-\d\d-\d\d$/.test(value)) ? '@anthropic-ai/sdk' : 'openai';
    if (minified !== undefined && !isPatched(module)) warnOfSdk(module, `${minified.slice(0, 60)}, minified`);
  } catch (error) {
    swallow(error);
  }
}

function warnOfSdk(module: string, userAgent: string): void {
  if (runsInJest()) {
    warnOnce(`${module} (${userAgent}) made a request that is not recorded. ${JEST_ADVICE}`);
    return;
  }
  warnOnce(
    `${module} (${userAgent}) made a request that is not recorded: it was loaded before @x/llm-otel, or it is bundled into the application. ` +
      `Load @x/llm-otel/register first (node --import @x/llm-otel/register), keep ${module} out of the bundle ` +
      '(serverExternalPackages in Next.js, external in esbuild), or, inside the bundle, pass the client to instrument() or the SDK to instrumentation.patch().',
  );
}
