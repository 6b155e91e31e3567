/**
 * Notices model calls of an SDK that nobody records: the application imported a copy of the SDK before the hooks existed, or
 * bundles the SDK. Without a warning, a forgotten flag or a bundler would just mean missing spans. Copies are told apart by
 * the version in the user agent.
 */

import { JEST_ADVICE, runsInJest } from '../../config/test-runner.ts';

import {
  activeContext,
  hasContextManager,
  isSilenced,
  OPERATION_KEY,
  registeredProviders,
} from '../../otel/globals.ts';

import { swallow } from '../../runtime/guard.ts';
import { warnOnce } from '../../runtime/log.ts';
import { builtin } from '../../runtime/platform.ts';
import { undiciHeaders } from '../../runtime/undici-headers.ts';
import { hasDeclinedCalls, openOperationCount } from '../../telemetry/call/open-operations.ts';
import { noteMissedRequest } from './missed-requests.ts';

/** How to recognise the model calls of an SDK. */
export interface WatchedSdk {
  readonly name: string;
  readonly module: string;
  /**
   * Matches the header that names the SDK and its version. An SDK without a pattern cannot be noticed. A group `companion`
   * matches the name of a companion, without `@`.
   */
  readonly userAgent?: RegExp;
  /** Matches the paths to which recorded methods of the SDK post. */
  readonly modelPath?: RegExp;
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

/** The watched SDKs, and who has asked: an SDK is watched until every asker has taken the request back. */
const watched = new Map<string, { readonly sdk: Required<WatchedSdk>; askers: number }>();
/** Matches the model paths of all watched SDKs. A request with a different path costs one property read. */
let modelPaths = /$^/;
let subscribed = false;

/** Warns from now on about model calls of `sdks` that nobody records, once for each copy. */
export function warnOfUnpatched(sdks: readonly WatchedSdk[]): void {
  for (const { name, module, userAgent, modelPath } of sdks) {
    if (userAgent === undefined || modelPath === undefined) continue;
    const entry = watched.get(module) ?? { sdk: { name, module, userAgent, modelPath }, askers: 0 };
    entry.askers++;
    watched.set(module, entry);
  }
  combinePaths();
  if (subscribed) return;
  subscribed = true;
  const diagnostics = builtin('node:diagnostics_channel');
  diagnostics?.subscribe('undici:request:create', onUndici);
  diagnostics?.subscribe('http.client.request.start', onHttp);
}

/** Takes back {@link warnOfUnpatched}: an instrumentation that is switched off misses nothing. */
export function stopWarningOf(module: string): void {
  const entry = watched.get(module);
  if (entry === undefined) return;
  entry.askers--;
  if (entry.askers === 0) watched.delete(module);
  combinePaths();
}

function combinePaths(): void {
  const sources = [...watched.values()].map(({ sdk }) => sdk.modelPath.source);
  modelPaths = sources.length === 0 ? /$^/ : new RegExp(sources.join('|'));
}

/** Headers that identify an SDK. */
const SDK_HEADERS = ['user-agent', 'x-goog-api-client', 'anthropic-version'];
/** `OpenAI/JS 7.55.0` in a minified bundle: the SDK sends the class name, and the minifier has shortened the name. */
const MINIFIED = /^[\w$]{1,3}\/JS [\d.]+/;

/** A request of undici: `fetch` of Node. */
interface UndiciRequest {
  readonly path: string;
  readonly method: string;
  readonly headers: unknown;
}

function onUndici(message: unknown): void {
  try {
    const { request } = message as { request: UndiciRequest };
    if (modelPaths.test(request.path))
      checkModelCall(request.method, request.path, () => identifyingHeaders(request.headers));
  } catch (error) {
    swallow(error);
  }
}

const identifyingHeaders = (headers: unknown): string[] =>
  undiciHeaders(headers).flatMap(({ name, value }) => (SDK_HEADERS.includes(name) ? headerText(value) : []));

/** A request of `http`, used by node-fetch in older SDKs. */
interface HttpRequest {
  readonly path: string;
  readonly method: string;
  readonly agent?: object;
  getHeader(name: string): unknown;
}

function onHttp(message: unknown): void {
  try {
    const { request } = message as { request: HttpRequest };
    if (!modelPaths.test(request.path) || isMockAgent(request.agent)) return;
    checkModelCall(request.method, request.path, () => SDK_HEADERS.map((name) => headerText(request.getHeader(name))));
  } catch (error) {
    swallow(error);
  }
}

/** nock 14 and msw 2 answer requests of `http` in agents called `MockAgent` and `MockHttpsAgent`. */
function isMockAgent(agent: object | undefined): boolean {
  return agent?.constructor?.name.startsWith('Mock') === true;
}

const headerText = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).join(' ') : value === undefined ? '' : String(value);

function checkModelCall(method: string, path: string, readHeaders: () => readonly string[]): void {
  if (method !== 'POST') return;
  const context = activeContext();
  if (context.getValue(OPERATION_KEY) !== undefined || isSilenced(context) || openOperationCount() > 0) return;
  const values = readHeaders().filter((value) => value !== '');
  for (const { sdk } of watched.values()) {
    if (!sdk.modelPath.test(path)) continue;
    const agent = values.map((value) => sdk.userAgent.exec(value)).find((match) => match !== null);
    if (agent !== undefined && isMissed(sdk)) warnOfSdk(moduleOf(sdk, agent), agent.input.slice(0, 60));
  }
  const minified = values.find((value) => MINIFIED.test(value));
  // Of the SDKs with this form of user agent, only Anthropic's sends the version of the API, a date.
  const module = values.some((value) => /^\d{4}-\d\d-\d\d$/.test(value)) ? '@anthropic-ai/sdk' : 'openai';
  const sdk = watched.get(module)?.sdk;
  if (minified !== undefined && sdk !== undefined && isMissed(sdk))
    warnOfSdk(module, `${minified.slice(0, 60)}, minified`);
}

/** The npm name of the SDK, or of the companion of the SDK that the group `companion` of the pattern has found. */
function moduleOf({ module }: WatchedSdk, { groups }: RegExpExecArray): string {
  return groups?.companion === undefined ? module : `@${groups.companion}`;
}

/**
 * A call without an open operation comes from a copy that is not patched, unless a patched copy left the call out on purpose:
 * nothing is registered that could record, or another package records the call. Without a context manager, the operation of
 * a second copy of this package does not show.
 */
function isMissed({ name, module }: WatchedSdk): boolean {
  if (!isPatched(module)) return true;
  const { trace, metrics } = registeredProviders() ?? {};
  return (trace !== undefined || metrics !== undefined) && hasContextManager() && !hasDeclinedCalls(name);
}

function warnOfSdk(module: string, userAgent: string): void {
  noteMissedRequest(`${module} (${userAgent})`);
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
