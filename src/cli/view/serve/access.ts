/**
 * Who may talk to the ports. The ports listen on this machine, but every page that a browser shows can send requests to this
 * machine, and a name of an attacker may lead to this machine: https://en.wikipedia.org/wiki/DNS_rebinding
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** What the check looks at. Names of headers are in lower case. */
export interface Caller {
  /** `Host`, or `:authority` of HTTP/2. */
  readonly host: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Rules of one port. */
export interface AccessRules {
  /** The address that the port listens on, as the user wrote it. */
  readonly bindHost: string;
  readonly token: string | undefined;
  /** Origin of the page, which may send requests; undefined where no page may. */
  readonly pageOrigin: (() => string) | undefined;
}

/** Why a request is refused: an HTTP status and a sentence. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly message: string;
}

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Addresses that stay on this machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);

/** Cookie of the page where a token is asked for. */
export const TOKEN_COOKIE = 'llm-otel-token';

/** The reason to refuse a request; undefined for a request that may go on. */
export function refusalOf({ host, headers }: Caller, rules: AccessRules): Refusal | undefined {
  if (!isHostAllowed(host, rules)) return { status: 403, message: 'this Host is not allowed' };
  const { origin } = headers;
  if (origin !== undefined && (rules.pageOrigin === undefined || !isOwnOrigin(String(origin), host, rules)))
    return { status: 403, message: 'this Origin is not allowed' };
  if (headers['sec-fetch-site'] === 'cross-site')
    return { status: 403, message: 'requests of other sites are not allowed' };
  return hasToken(headers, rules.token) ? undefined : { status: 401, message: 'the token is missing or wrong' };
}

function isHostAllowed(host: string | undefined, { bindHost, token }: AccessRules): boolean {
  const name = host?.match(/^(\[[\da-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/i)?.[1];
  if (name === undefined) return false;
  if (LOOPBACK_NAMES.has(name)) return true;
  // Behind a token an address of the machine may be used, or the name that the user gave: no other name leads here.
  return token !== undefined && (name === bindHost || isIP(name.replace(/^\[|\]$/g, '')) !== 0);
}

/** The page's own origin. `localhost` and `127.0.0.1` show the same page under two origins: the one in use counts. */
function isOwnOrigin(origin: string, host: string | undefined, { pageOrigin }: AccessRules): boolean {
  return origin === `http://${host}` || origin === pageOrigin?.();
}

function hasToken(headers: Caller['headers'], token: string | undefined): boolean {
  if (token === undefined) return true;
  const bearer = String(headers.authorization ?? '').match(/^Bearer +(.+)$/i)?.[1];
  const cookie = String(headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${TOKEN_COOKIE}=`))
    ?.slice(TOKEN_COOKIE.length + 1);
  return [bearer, cookie && decoded(cookie)].some((sent) => sent !== undefined && isSameToken(sent, token));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares two tokens in a time that does not tell how much of them is the same. */
export const isSameToken = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
