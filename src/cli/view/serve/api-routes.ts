import { asCurl } from '../copy/as-curl.ts';
import { asFixture } from '../copy/as-fixture.ts';
import { listsOf } from '../otlp/read-request.ts';
import type { TraceQuery, ViewedData } from '../store/viewed-data.ts';

/** A request of the page. */
export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  /** Where data goes to. */
  readonly endpoint: string;
}

/** An answer of the page's port. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

type Route = (data: ViewedData, request: ApiRequest, names: readonly string[]) => Answer;

const LIMIT = 100;
const MOST_ROWS = 1000;

const json = (value: unknown, status = 200): Answer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(value),
});
const notFound = (what: string): Answer => json({ message: `no such ${what}` }, 404);

/** Answers by path; `*` stands for a name, which comes decoded. */
const ROUTES = {
  'GET /api/traces': (data, { url }) => {
    const query = traceQuery(url.searchParams);
    return query === undefined ? json({ message: `limit: expected 1 to ${MOST_ROWS}` }, 400) : json(data.list(query));
  },
  'GET /api/traces/*': (data, _, [traceId = '']) => {
    const detail = data.detail(traceId);
    return detail === undefined ? notFound('trace') : json(detail);
  },
  'GET /api/spans/*/*': copySpan,
  'GET /api/conversations': (data) => json({ conversations: data.conversations() }),
  'GET /api/conversations/*': (data, _, [id = '']) => {
    const conversation = data.conversation(id);
    return conversation === undefined ? notFound('conversation') : json(conversation);
  },
  'GET /api/models': (data) => json({ models: data.models() }),
  'GET /api/logs': (data) => json({ logs: data.logs() }),
  'GET /api/metrics': (data) => json({ metrics: data.metrics() }),
  'GET /api/stats': (data, { endpoint }) => json(data.stats(endpoint)),
  'GET /api/export.jsonl': (data) => ({
    status: 200,
    type: 'application/x-ndjson',
    headers: { 'content-disposition': 'attachment; filename="llm-otel.jsonl"' },
    body: exportLines(data),
  }),
  'DELETE /api/data': (data) => {
    data.clear();
    return { status: 204, type: 'application/json', body: '' };
  },
} as const satisfies Record<string, Route>;

/** The patterns of {@link ROUTES} as lists of names. */
const PATTERNS = Object.entries(ROUTES).map(([key, route]) => {
  const [method = '', path = ''] = key.split(' ');
  return { method, names: path.split('/'), route: route as Route };
});

/** Answers a request below `/api/`. */
export function answerApi(data: ViewedData, request: ApiRequest): Answer {
  const names = request.url.pathname.split('/');
  const samePath = PATTERNS.filter((pattern) => matches(pattern.names, names));
  const found = samePath.find(({ method }) => method === request.method);
  if (found === undefined)
    return samePath.length === 0 ? notFound('path') : json({ message: `expected ${samePath[0]?.method}` }, 405);
  const values = names.filter((_, i) => found.names[i] === '*').map(decoded);
  return found.route(data, request, values);
}

const matches = (pattern: readonly string[], names: readonly string[]): boolean =>
  pattern.length === names.length && pattern.every((name, i) => name === names[i] || (name === '*' && names[i] !== ''));

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function traceQuery(params: URLSearchParams): TraceQuery | undefined {
  const limit = Number(params.get('limit') ?? LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ROWS) return undefined;
  return {
    limit,
    before: params.get('before') || undefined,
    words: (params.get('q') ?? '')
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== ''),
    hasErrors: isOn(params, 'error'),
    hasStreams: isOn(params, 'stream'),
    hasTools: isOn(params, 'tool'),
    model: params.get('model') || undefined,
    service: params.get('service') || undefined,
  };
}

const isOn = (params: URLSearchParams, name: string): boolean => ['1', 'true'].includes(params.get(name) ?? '');

/** A span as a request for the command line, as OTLP, or as data for a test. */
function copySpan(data: ViewedData, { url }: ApiRequest, [traceId = '', spanId = '']: readonly string[]): Answer {
  const found = data.span(traceId, spanId);
  if (found === undefined) return notFound('span');
  const text = (body: string | undefined): Answer =>
    body === undefined
      ? json({ message: 'only for a model call' }, 404)
      : { status: 200, type: 'text/plain; charset=utf-8', body };
  switch (url.searchParams.get('as') ?? 'json') {
    case 'json':
      return json(found.kept.received.item);
    case 'curl':
      return text(asCurl(found.span));
    case 'fixture':
      return text(asFixture(found.span));
    default:
      return json({ message: 'as: expected curl, json or fixture' }, 400);
  }
}

/** All spans and log records as lines of OTLP JSON, one line for each resource and scope in a row. */
function exportLines(data: ViewedData): string {
  const lines: string[] = [];
  let open: { readonly key: readonly unknown[]; readonly items: unknown[]; readonly line: object } | undefined;
  for (const { signal, received } of data.received()) {
    const key = [signal, received.resource, received.scope];
    if (open === undefined || !key.every((part, i) => part === open?.key[i])) {
      if (open !== undefined) lines.push(JSON.stringify(open.line));
      const [resources, scopes, items] = listsOf(signal);
      const list: unknown[] = [];
      const ofScope = { scope: received.scope, [items]: list };
      open = { key, items: list, line: { [resources]: [{ resource: received.resource, [scopes]: [ofScope] }] } };
    }
    open.items.push(received.item);
  }
  if (open !== undefined) lines.push(JSON.stringify(open.line));
  return lines.map((line) => `${line}\n`).join('');
}
