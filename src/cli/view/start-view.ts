import { createServer, type Server } from 'node:http';
import type { Http2Server } from 'node:http2';
import { UsageError } from '../command.ts';
import { followFile } from './files/follow-file.ts';
import { type SavedFile, saveFile } from './files/save-file.ts';
import { listen } from './listen.ts';
import { grpcServer } from './otlp/grpc-receiver.ts';
import { httpReceiver } from './otlp/http-receiver.ts';
import type { Receive } from './otlp/receive.ts';
import { isLoopback } from './serve/access.ts';
import { PageEvents } from './serve/page-events.ts';
import { pageFiles } from './serve/page-files.ts';
import { pageServer } from './serve/page-server.ts';
import { ViewedData } from './store/viewed-data.ts';
import type { ViewOptions } from './view-options.ts';

/** A running view. */
export interface RunningView {
  /** Address of the page; with the token where one is asked for. */
  readonly ui: string;
  readonly otlp: string;
  /** `host:port`; null without a gRPC port. */
  readonly grpc: string | null;
  /** Answers what is on its way, and ends. */
  close(): Promise<void>;
}

const ADVICE = ': another Collector or viewer listens there; take another one by --port, or --port 0 for any free port';

/** Starts the servers and reads the files. Throws `UsageError` if a port or a file cannot be used. */
export async function startView(
  options: ViewOptions,
  pageFolder: string,
  report: (message: string) => void,
): Promise<RunningView> {
  const { host, token, files, save, hasProgram } = options;
  const saved: SavedFile | undefined = save === undefined ? undefined : saveFile(save, report);
  const data = new ViewedData(options.limits);
  const receive: Receive = (signal, request) => {
    const read = data.receive(signal, request);
    saved?.add(request);
    return read;
  };
  // A broken line of a file is said and left out; nothing of a file is saved again.
  const followed = files.map((path) => followFile(path, (signal, request) => data.receive(signal, request), report));
  await Promise.all(followed.map(({ read }, i) => read.catch((error) => failFile(files[i] ?? '', error))));

  const receiverRules = { bindHost: host, token, pageOrigin: undefined };
  const addresses = { ui: '', otlp: '' };
  const events = new PageEvents(data, () => addresses.otlp);
  const otlpServer = createServer(httpReceiver(receive, receiverRules));
  const pagePort = createServer(
    pageServer({
      data,
      events,
      rules: { bindHost: host, token, pageOrigin: () => addresses.ui.replace(/\/(?:\?.*)?$/, '') },
      files: pageFiles(pageFolder),
      endpoint: () => addresses.otlp,
    }),
  );
  const grpcPort = grpcServer(receive, receiverRules);
  const servers = [otlpServer, pagePort, grpcPort];
  try {
    const { otlp, ui, grpc } = options;
    const otlpAt = await listen(otlpServer, {
      ...{ option: 'port', port: otlp.port, host, advice: ADVICE },
      ifTaken: otlp.isNamed || !hasProgram ? 'end' : 'any',
    });
    const uiAt = await listen(pagePort, {
      ...{ option: 'ui-port', port: ui.port, host, advice: '' },
      ifTaken: ui.isNamed ? 'end' : 'any',
    });
    const grpcAt = await listen(grpcPort, {
      ...{ option: 'grpc-port', port: grpc.port, host, advice: '' },
      ifTaken: grpc.isNamed ? 'end' : 'none',
    });
    const name = isLoopback(host) ? 'localhost' : host;
    addresses.otlp = `http://${name}:${otlpAt}`;
    addresses.ui = `http://${name}:${uiAt}/${token === undefined ? '' : `?token=${encodeURIComponent(token)}`}`;
    return {
      ...addresses,
      grpc: grpcAt === undefined ? null : `${name}:${grpcAt}`,
      close: async () => {
        for (const { stop } of followed) stop();
        await closeGently([otlpServer, grpcPort]);
        events.close();
        await closeGently([pagePort]);
        pagePort.closeAllConnections();
        saved?.close();
      },
    };
  } catch (error) {
    for (const server of servers) server.close();
    for (const { stop } of followed) stop();
    events.close();
    saved?.close();
    throw error;
  }
}

function failFile(path: string, error: NodeJS.ErrnoException): never {
  throw new UsageError(`--file: "${path}" cannot be read (${error.code ?? error.message})`);
}

/** Time for requests that are on their way. */
const CLOSE_MS = 1000;

/** Ends servers when their requests are answered; connections without a request are cut. */
async function closeGently(servers: readonly (Server | Http2Server)[]): Promise<void> {
  const closed = servers.map(
    (server) =>
      new Promise<void>((resolve) => {
        if (!server.listening) return resolve();
        server.close(() => resolve());
        if ('closeIdleConnections' in server) server.closeIdleConnections();
      }),
  );
  await Promise.race([Promise.all(closed), new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
}
