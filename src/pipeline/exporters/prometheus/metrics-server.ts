import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { firstLine, warnOnce } from '../../../runtime/log.ts';
import { acceptsGzip, type PageForm, pageForm } from './accept.ts';

/** Where metrics are read. */
export const METRICS_PATH = '/metrics';

/** A page with its `content-type`. */
export interface Page {
  readonly type: string;
  readonly text: string;
}

/** How pages are made, and who hears of a port that cannot be opened. */
export interface MetricsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly createPage: (form: PageForm) => Promise<Page>;
  readonly onError: (error: NodeJS.ErrnoException) => void;
}

/** Smallest page in characters that is worth compressing. */
const MIN_COMPRESSED = 1024;
const compress = promisify(gzip);

/**
 * Serves metrics; returns a function that ends the server. Neither the server nor the connections keep the process alive: a
 * scraper that reads every second keeps its connection open for ever.
 */
export function serveMetrics({ host, port, createPage, onError }: MetricsServerOptions): () => void {
  const server = createServer((request, response) => {
    answer(request, response, createPage).catch((error: unknown) => {
      warnOnce(`Prometheus metrics cannot be served: ${firstLine(error)}`);
      send(request, response, 500, 'The metrics cannot be served.\n');
    });
  });
  server.on('connection', (socket) => socket.unref());
  server.on('error', (error) => {
    if (!server.listening) onError(error);
  });
  server.unref().listen({ host, port });
  return () => stop(server);
}

/** At once: a scraper with an open connection would hold up the shutdown. */
function stop(server: Server): void {
  // The name of the host may still be looked up.
  server.once('listening', () => server.close());
  server.close();
  server.closeAllConnections();
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  createPage: MetricsServerOptions['createPage'],
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return send(request, response, 405, 'Metrics are read with GET.\n');
  }
  if (pathOf(request) !== METRICS_PATH) return send(request, response, 404, `Metrics are at ${METRICS_PATH}.\n`);
  const { type, text } = await createPage(pageForm(request.headers.accept));
  const isCompressed = text.length >= MIN_COMPRESSED && acceptsGzip(String(request.headers['accept-encoding'] ?? ''));
  const body = isCompressed ? await compress(text) : text;
  response.setHeader('vary', 'accept, accept-encoding');
  if (isCompressed) response.setHeader('content-encoding', 'gzip');
  send(request, response, 200, body, type);
}

/** The path alone; a proxy may send the whole address. */
function pathOf({ url = '' }: IncomingMessage): string | undefined {
  const base = 'http://localhost';
  return URL.canParse(url, base) ? new URL(url, base).pathname : undefined;
}

function send(
  { method }: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  type = 'text/plain; charset=utf-8',
): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(method === 'HEAD' ? undefined : body);
}
