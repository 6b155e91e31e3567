/** The port of the page: the page's files, and the answers that the page asks for. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ViewedData } from '../store/viewed-data.ts';
import { type AccessRules, isSameToken, type Refusal, refusalOf, TOKEN_COOKIE } from './access.ts';
import { type Answer, answerApi } from './api-routes.ts';
import type { PageEvents } from './page-events.ts';
import type { PageFiles } from './page-files.ts';

/** Headers of every answer. */
const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Parts of the page's port. */
export interface PageParts {
  readonly data: ViewedData;
  readonly events: PageEvents;
  readonly rules: AccessRules;
  readonly files: PageFiles;
  /** Where data goes to, for the line that says how to send data. */
  readonly endpoint: () => string;
}

/** Answers the requests of the page's port. */
export function pageServer(parts: PageParts): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    const { pathname } = urlOf(req) ?? {};
    const isStream = pathname === '/api/events' && req.method === 'GET';
    if (isStream && refusalOfRequest(req, parts.rules) === undefined) openStream(parts.events, res);
    else send(res, answerSafely(parts, req));
  };
}

function openStream(events: PageEvents, res: ServerResponse): void {
  res.writeHead(200, { ...SECURITY_HEADERS, 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  events.open(res);
}

const refusalOfRequest = ({ headers }: IncomingMessage, rules: AccessRules): Refusal | undefined =>
  refusalOf({ host: headers.host, headers }, rules);

const message = (status: number, text: string): Answer => ({
  status,
  type: 'application/json',
  body: JSON.stringify({ message: text }),
});

function answerSafely(parts: PageParts, req: IncomingMessage): Answer {
  try {
    return answerOf(parts, req);
  } catch (error) {
    return message(500, (error as Error).message);
  }
}

function answerOf({ data, events, rules, files, endpoint }: PageParts, req: IncomingMessage): Answer {
  const url = urlOf(req);
  if (url === undefined) return message(400, 'the path cannot be read');
  const refusal = refusalOfRequest(req, rules);
  if (refusal?.status === 401 && acceptsToken(url, rules)) return withCookie(rules.token as string);
  if (refusal !== undefined) return message(refusal.status, refusal.message);
  if (url.pathname.startsWith('/api/')) {
    const answer = answerApi(data, { method: req.method ?? '', url, endpoint: endpoint() });
    if (req.method === 'DELETE' && answer.status === 204) events.clear();
    return answer;
  }
  if (req.method !== 'GET' && req.method !== 'HEAD') return message(405, 'expected GET');
  const file = files(url.pathname);
  if (file === undefined) return message(404, 'no such page');
  return { status: 200, type: file.type, body: req.method === 'HEAD' ? '' : file.bytes };
}

function urlOf(req: IncomingMessage): URL | undefined {
  try {
    return new URL(req.url ?? '/', 'http://localhost');
  } catch {
    return undefined;
  }
}

/** The printed address has the token; the page gets a cookie in its place, so that the token does not stay in the address. */
function acceptsToken(url: URL, { token }: AccessRules): boolean {
  const given = url.searchParams.get('token');
  return token !== undefined && given !== null && isSameToken(given, token);
}

const withCookie = (token: string): Answer => ({
  status: 303,
  type: 'text/plain',
  body: '',
  headers: {
    'set-cookie': `${TOKEN_COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`,
    location: '/',
  },
});

function send(res: ServerResponse, { status, type, body, headers }: Answer): void {
  res.writeHead(status, { ...SECURITY_HEADERS, 'content-type': type, 'cache-control': 'no-store', ...headers });
  res.end(body);
}
