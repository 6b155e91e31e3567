import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Signal } from '../../../config/sdk/export-target.ts';
import { shownUrl, type Target } from '../../../config/sdk/export-target.ts';
import { pipelinesOf } from '../../../config/sdk/sdk-settings.ts';
import { load } from '../../../pipeline/load.ts';
import type { SendOutcome } from '../../../pipeline/transport/outcome.ts';
import { type Check, type CheckResult, type DoctorContext, fail, ok, warn } from '../finding.ts';
import { exportRequest } from './export-request.ts';

type Failure = Extract<SendOutcome, { ok: false }>;

/** The meaning of an answer: the first row with a match counts. */
const MEANINGS: readonly {
  readonly matches: (failure: Failure) => boolean;
  readonly fix: (target: Target) => string;
}[] = [
  {
    matches: ({ status, reason }) =>
      status === 401 || status === 403 || /UNAUTHENTICATED|PERMISSION_DENIED/.test(reason),
    fix: () =>
      'set the key of the backend: export OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20YOUR_KEY", as its documentation says',
  },
  { matches: ({ reason }) => /a gRPC port\?/.test(reason), fix: () => 'export OTEL_EXPORTER_OTLP_PROTOCOL=grpc' },
  {
    matches: ({ reason }) => /OTLP over HTTP\?/.test(reason),
    fix: () => 'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
  },
  {
    matches: ({ reason }) => /does not speak TLS/.test(reason),
    fix: ({ url }) => `use ${shownUrl(url).replace('https:', 'http:')}: the server speaks no TLS`,
  },
  {
    matches: ({ reason }) => /certificate|TLS|SSL|CERT/i.test(reason),
    fix: () =>
      'export OTEL_EXPORTER_OTLP_CERTIFICATE=ca.pem, a file with the certificate of the authority of the server',
  },
  {
    matches: ({ status }) => status === 404 || status === 405,
    fix: ({ url }) =>
      `correct the address: the path of a receiver of OTLP stands in its documentation, and ${shownUrl(url)} is none`,
  },
  {
    matches: ({ reason }) => /is not known/.test(reason),
    fix: ({ url }) => `correct the host ${new URL(url).hostname} in OTEL_EXPORTER_OTLP_ENDPOINT`,
  },
  {
    matches: ({ answered }) => !answered,
    fix: ({ url }) =>
      `start the receiver at ${new URL(url).host}, or see model calls on the terminal: export LLM_OTEL_CONSOLE=1`,
  },
  { matches: () => true, fix: ({ url }) => `look into the log of the receiver at ${new URL(url).host}` },
];

/** Statuses of a receiver without a place for a signal. */
const NO_PLACE: ReadonlySet<number | undefined> = new Set([404, 405, 501]);
/** gRPC: UNIMPLEMENTED. */
const UNIMPLEMENTED = 12;

function hasNoPlace({ status }: Failure, { transport }: Target): boolean {
  return transport === 'grpc' ? status === UNIMPLEMENTED : NO_PLACE.has(status);
}

/** Sends an export of nothing, or of a span, to each receiver of a signal. */
export const checkOtlp =
  (signal: Signal): Check =>
  async (context) => {
    const targets = pipelinesOf(context.sdk)[signal].flatMap(({ exporter }) =>
      exporter.kind === 'otlp' ? [exporter] : [],
    );
    if (targets.length === 0) return [{ status: 'skip', message: `${signal} do not go to a receiver of OTLP` }];
    if (!context.network) return [{ status: 'skip', message: `${signal}: not tried, --no-network` }];
    return Promise.all(targets.map(({ target, ...exporter }) => tryTarget(signal, target, exporter, context)));
  };

async function tryTarget(
  signal: Signal,
  target: Target,
  exporter: object,
  { send: sendsSpan, timeoutMs }: DoctorContext,
): Promise<CheckResult> {
  const { send } = load<typeof import('../../../pipeline/transport/send.ts')>('pipeline-send');
  const isJson =
    'protocol' in exporter ? exporter.protocol === 'http/json' : target.headers['content-type'] === 'application/json';
  const sends = sendsSpan && signal === 'traces';
  const body = exportRequest(signal, isJson, sends);
  const shown = shownUrl(target.url);
  // Requests do not keep a process alive.
  const alive = setInterval(() => {}, 1000);
  const outcome = await send(target, body, Math.min(target.timeoutMs, timeoutMs)).finally(() => clearInterval(alive));
  if (outcome.ok) return ok(`${signal}: ${shown} ${sends ? 'has taken the span llm-otel doctor' : 'answers'}`);
  // A receiver may refuse a request without content: the receiver is there, and knows the key.
  if (outcome.status === 400 && !sends && target.transport === 'http') return ok(`${signal}: ${shown} answers`);
  const message = `${signal}: ${shown}: ${outcome.reason}`;
  if (signal !== 'traces' && hasNoPlace(outcome, target))
    return warn(message, `export OTEL_${signal.toUpperCase()}_EXPORTER=none`);
  const meaning = MEANINGS.find(({ matches }) => matches(outcome));
  return fail(message, meaning?.fix(target) ?? '');
}

/** Whether the port of the page for Prometheus is free. */
export const checkPrometheusPort: Check = async ({ sdk: { metrics } }) => {
  const results: CheckResult[] = [];
  for (const {
    pipeline: { exporter },
  } of metrics?.readers ?? []) {
    if (exporter.kind !== 'prometheus') continue;
    const { host, port } = exporter;
    results.push(
      (await isFree(host, port))
        ? ok(`port ${port} is free`)
        : fail(
            `port ${port} is taken, so Prometheus gets no metrics of this process`,
            `export OTEL_EXPORTER_PROMETHEUS_PORT=${port + 1}, or end the program that has the port`,
          ),
    );
  }
  return results;
};

async function isFree(host: string | undefined, port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, host);
  try {
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
