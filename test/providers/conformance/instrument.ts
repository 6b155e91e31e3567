import { register } from 'node:module';
import { type Span as ApiSpan, type Context, context, DiagLogLevel, diag, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, type ReadableSpan, type Span, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Telemetry } from './telemetry.ts';
import type { Kit, Mode, SeenSpan } from './types.ts';

interface Recorded {
  readonly span: Span;
  ends: number;
}

/** Keeps every span from its start, and counts how often each is ended. */
class Recorder implements SpanProcessor {
  recorded: Recorded[] = [];

  onStart(span: Span): void {
    const entry: Recorded = { span, ends: 0 };
    const end = span.end;
    // onEnd runs once however often end() is called
    span.end = (...args) => {
      entry.ends += 1;
      Reflect.apply(end, span, args);
    };
    this.recorded.push(entry);
  }

  onEnd(): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

/** What instruments one client. */
type InstrumentClient = <T>(client: T) => T;

/** The SDK with classes that instrument each client they make, as an application would. */
function instrumenting(
  sdk: Readonly<Record<string, unknown>>,
  { clientClass, otherClientClasses = [] }: Kit,
  instrument: InstrumentClient,
): typeof sdk {
  const isClient = new RegExp(`^(?:default|\\w*${[clientClass, ...otherClientClasses].join('|\\w*')})$`);
  const construct = (target: object, args: unknown[], newTarget: object): object =>
    instrument(Reflect.construct(target as never, args, newTarget as never) as object);
  return Object.fromEntries(
    Object.entries(sdk).map(([name, value]) => [
      name,
      isClient.test(name) ? new Proxy(value as object, { construct }) : value,
    ]),
  );
}

/**
 * Starts OpenTelemetry in memory and instruments the kit's SDK, which must not be loaded yet; with `clients` each client
 * by itself.
 */
export async function startTelemetry(kit: Kit, mode: Mode, distribution: string, clients: boolean): Promise<Telemetry> {
  const diagnostics: string[] = [];
  const complain = (...said: unknown[]) => void diagnostics.push(said.map(String).join(' '));
  diag.setLogger(
    { error: complain, warn: complain, info: () => undefined, debug: () => undefined, verbose: () => undefined },
    DiagLogLevel.WARN,
  );
  const recorder = new Recorder();
  const provider = new BasicTracerProvider({ spanProcessors: [recorder] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);

  if (mode === 'esm' && !clients) {
    const include = kit.esmFiles.map((source) => new RegExp(source));
    register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, { data: { include } });
  }
  const ours = (await import(distribution)) as Record<string, unknown>;
  const instrument = ours.instrument as InstrumentClient;
  if (!clients) instrumentClass(ours, kit.instrumentation, provider);

  const http = provider.getTracer('transport');
  let root: ApiSpan | undefined;
  return {
    sdk: (sdk) => (clients ? instrumenting(sdk, kit, instrument) : sdk),
    onRequest: () => {
      const span = http.startSpan('HTTP', { kind: SpanKind.CLIENT });
      let open = true;
      return () => {
        if (open) span.end();
        open = false;
      };
    },
    inCase(run) {
      root = provider.getTracer('application').startSpan('case');
      return context.with(trace.setSpan(context.active(), root), run);
    },
    active: () => trace.getSpan(context.active() as Context)?.spanContext().spanId,
    quiet: () => recorder.recorded.every(({ span, ends }) => ends > 0 || span === root),
    take() {
      root?.end();
      const own = root?.spanContext();
      const all = recorder.recorded.filter(({ span }) => span !== root);
      const result = {
        root: own?.spanId ?? '',
        spans: all.filter(({ span }) => span.spanContext().traceId === own?.traceId).map(describeSpan),
        strays: all.filter(({ span }) => span.spanContext().traceId !== own?.traceId).map(describeSpan),
        diagnostics: diagnostics.splice(0),
      };
      recorder.recorded = [];
      root = undefined;
      return result;
    },
  };
}

function instrumentClass(ours: Record<string, unknown>, name: string, provider: BasicTracerProvider): void {
  const Instrumentation = (ours[name] ?? (ours.default as Record<string, unknown> | undefined)?.[name]) as
    | (new () => { enable(): void; setTracerProvider(of: BasicTracerProvider): void })
    | undefined;
  if (Instrumentation === undefined) throw new Error(`the package has no export ${name}`);
  const instrumentation = new Instrumentation();
  instrumentation.setTracerProvider(provider);
  instrumentation.enable();
}

function describeSpan({ span, ends }: Recorded): SeenSpan {
  const read: ReadableSpan = span;
  return {
    id: read.spanContext().spanId,
    parentId: read.parentSpanContext?.spanId,
    name: read.name,
    scope: read.instrumentationScope.name,
    kind: read.kind,
    status: read.status.code,
    attributes: read.attributes,
    events: read.events.map((event) => event.name),
    ends,
  };
}
