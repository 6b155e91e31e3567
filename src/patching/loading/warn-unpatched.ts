/**
 * Notices an SDK that makes requests although no copy of it is patched: it was imported before the hooks were there, or
 * it is bundled into the application. Without this a forgotten flag or a bundler is silence.
 */

import { swallow } from '../../runtime/guard.ts';
import { warnOnce } from '../../runtime/log.ts';
import { builtin } from '../../runtime/platform.ts';

/** How an SDK introduces itself on the wire. */
export interface Introduced {
  readonly module: string;
  /** Without one it cannot be noticed. */
  readonly userAgent?: RegExp;
}

/** npm names of the SDKs of which a copy is patched; shared, because a bundle holds a copy of this package of its own. */
const PATCHED = Symbol.for('@x/llm-otel.patched');
const scope = globalThis as unknown as { [PATCHED]?: Set<string> };

/** A copy of `module` is patched. */
export function markPatched(module: string): void {
  scope[PATCHED] ??= new Set();
  scope[PATCHED].add(module);
}

/** Is a copy of `module` patched? */
export function isPatched(module: string): boolean {
  return scope[PATCHED]?.has(module) === true;
}

const watched: Required<Introduced>[] = [];

/** Warns, once an SDK, when one of `sdks` makes a request without being patched. Costs nothing once all of them are. */
export function warnOfUnpatched(sdks: readonly Introduced[]): void {
  if (watched.length === 0) {
    const diagnostics = builtin('node:diagnostics_channel');
    diagnostics?.subscribe('undici:request:create', onUndici);
    diagnostics?.subscribe('http.client.request.start', onHttp);
  }
  for (const { module, userAgent } of sdks)
    if (userAgent !== undefined && !watched.some((sdk) => sdk.module === module)) watched.push({ module, userAgent });
}

/** Headers in which SDKs introduce themselves. */
const INTRODUCTIONS = ['user-agent', 'x-goog-api-client', 'anthropic-version'];
/** `OpenAI/JS 7.55.0` of a minified bundle, which has no class names left. */
const MINIFIED = /^[\w$]{1,3}\/JS [\d.]+/;

/** `fetch` of Node: headers are an array of names and values, or one string in the undici of Node 20. */
function onUndici(message: unknown): void {
  look(() => {
    const { headers } = (message as { request: { headers: unknown } }).request;
    if (typeof headers === 'string')
      return headers
        .split('\r\n')
        .map((line) => /^([^:]+): (.*)$/.exec(line))
        .map((match) => (INTRODUCTIONS.includes(match?.[1]?.toLowerCase() ?? '') ? match?.[2] : undefined));
    const list = headers as readonly unknown[];
    return list.map((value, i) =>
      i % 2 === 1 && INTRODUCTIONS.includes(text(list[i - 1]).toLowerCase()) ? text(value) : undefined,
    );
  });
}

/** `http`, which node-fetch in older SDKs uses. */
function onHttp(message: unknown): void {
  look(() => {
    const { request } = message as { request: { getHeader(name: string): unknown } };
    return INTRODUCTIONS.map((name) => text(request.getHeader(name)));
  });
}

const text = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).join(' ') : value === undefined ? '' : String(value);

function look(introductions: () => readonly (string | undefined)[]): void {
  if (watched.every(({ module }) => isPatched(module))) return;
  try {
    const given = introductions().filter((value) => value !== undefined && value !== '') as string[];
    for (const { module, userAgent } of watched) {
      const seen = given.find((value) => userAgent.test(value));
      if (seen !== undefined && !isPatched(module)) warn(module, seen.slice(0, 60));
    }
    const minified = given.find((value) => MINIFIED.test(value));
    // Of the SDKs that introduce themselves like this, Anthropic's alone says which version of the API it speaks.
    const module = given.some((value) => /^\d{4}-\d\d-\d\d$/.test(value)) ? '@anthropic-ai/sdk' : 'openai';
    if (minified !== undefined && !isPatched(module)) warn(module, `${minified.slice(0, 60)}, minified`);
  } catch (error) {
    swallow(error);
  }
}

function warn(module: string, introduction: string): void {
  warnOnce(
    `${module} (${introduction}) made a request that is not recorded: it was loaded before @x/llm-otel, or it is bundled into the application. ` +
      `Load @x/llm-otel/register first (node --import @x/llm-otel/register), keep ${module} out of the bundle ` +
      '(serverExternalPackages in Next.js, external in esbuild), or, inside the bundle, pass the client to instrument() or the SDK to instrumentation.patch().',
  );
}
