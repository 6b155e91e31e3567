import type { Attributes, Context, MeterProvider, Span, TracerProvider } from '@opentelemetry/api';
import type { Config } from '../../config/options.ts';
import type { CallReader, OperationName, RequestFacts } from '../../facts/call.ts';
import { KIND_CLIENT } from '../../facts/semconv.ts';
import {
  activeContext,
  capturingProviders,
  globalLoggerProvider,
  type Logger,
  type LoggerProvider,
  registeredProviders,
  spanOf,
} from '../../otel/globals.ts';
import { NO_SPAN } from '../../otel/non-recording-span.ts';
import { delegateOf, isNoop, isProxy } from '../../otel/provider-kinds.ts';
import { setSpanClock, spanClock } from '../../otel/span-clock.ts';
import { showStartedSpan } from '../../otel/started-spans.ts';
import { swallow } from '../../runtime/guard.ts';
import { agentScope } from '../../scope/agent-scope.ts';
import { runRequestHook } from '../../scope/call-hooks.ts';
import { addCustomAttributes } from '../../scope/custom-attributes.ts';
import { needsContent } from '../content/prepare.ts';
import { readOnce } from '../content/read-once.ts';
import { InnerCalls } from '../nested/nested-calls.ts';
import { InnerSpan } from '../other-spans/inner-span.ts';
import { otherPackagesFor, warnOfOtherPackage } from '../other-spans/other-packages.ts';
import type { SdkOwnedSpan } from '../other-spans/sdk-owned-span.ts';
import { scopeOf, suppressSpan, withoutSuppressedSpan } from '../other-spans/suppressed-span.ts';
import { spanName, startAttributes } from '../signals/attributes.ts';
import { isInference, Metrics } from '../signals/metrics.ts';
import { type ActiveOperation, activeOperation } from './active-operation.ts';
import { countCall } from './call-counts.ts';
import { addStartAttributes, customAttributes, customOfMetrics } from './custom-of-call.ts';
import { estimatesTokens } from './estimate.ts';
import { noteDeclinedCall } from './open-operations.ts';
import { Operation } from './operation.ts';
import type { RecordingTarget } from './recording-target.ts';

/** Is the inner call the outer call as a lower layer sees the call? A moderation inside a chat, for example, is a separate call. */
function isSameKind(outer: OperationName, inner: OperationName): boolean {
  return outer === inner || (isInference(outer) && isInference(inner));
}

function countInference({ operation }: RequestFacts, parent: Context): void {
  if (!isInference(operation)) return;
  const agent = agentScope(parent);
  if (agent !== undefined) agent.inferenceCalls++;
}

/**
 * Records the calls of one instrumentation. Providers are looked up on every call and cached by identity: a provider that is
 * registered late, replaced or registered by a second copy of the API is used from the next call on.
 */
export class CallRecorder {
  readonly scope: string;
  readonly version: string;
  /** Names of foreign packages that instrument the same SDK. */
  readonly otherPackages: ReadonlySet<string>;
  #config: Config | (() => Config);
  #tracerProvider: TracerProvider | undefined;
  #meterProvider: MeterProvider | undefined;
  #loggerProvider: LoggerProvider | undefined;
  #target: RecordingTarget | undefined;
  #tracerSource: unknown;
  #meterSource: unknown;

  /** @param config the options, or a function that reads the options at the first call */
  constructor(scope: string, version: string, config: Config | (() => Config)) {
    this.scope = scope;
    this.version = version;
    this.otherPackages = otherPackagesFor(scope);
    this.#config = config;
  }

  /** The options. */
  get config(): Config {
    if (typeof this.#config === 'function') this.#config = this.#config();
    return this.#config;
  }

  /** Uses `provider` instead of the global tracer provider. A no-op and the API's proxy count as no provider. */
  setTracerProvider(provider: TracerProvider): void {
    this.#tracerProvider = isNoop(provider) || isProxy(provider) ? undefined : provider;
    this.#target = undefined;
  }

  /** Uses `provider` instead of the global meter provider. A no-op counts as no provider. */
  setMeterProvider(provider: MeterProvider): void {
    this.#meterProvider = isNoop(provider) ? undefined : provider;
    this.#target = undefined;
  }

  /** Uses `provider` instead of the global logger provider. A no-op and a proxy count as no provider. */
  setLoggerProvider(provider: LoggerProvider): void {
    this.#loggerProvider = isNoop(provider) || isProxy(provider) ? undefined : provider;
  }

  /** Uses `config` from the next call on. */
  setConfig(config: Config): void {
    this.#config = config;
    this.#target = undefined;
  }

  /** The providers of now, or `undefined` without any provider: then nothing is done for a call. Never throws. */
  target(): RecordingTarget | undefined {
    try {
      return this.#lookUp();
    } catch (error) {
      swallow(error); // getTracer() or getMeter() of the application's provider threw
      return undefined;
    }
  }

  /** The logger of the provider that is set or registered now. Never throws. */
  readonly logger = (): Logger | undefined => {
    try {
      return this.#loggerOf(this.#loggerProvider ?? globalLoggerProvider());
    } catch (error) {
      swallow(error);
      return undefined;
    }
  };

  #loggerOf(provider: LoggerProvider | undefined): Logger | undefined {
    return isNoop(provider) ? undefined : provider?.getLogger(this.scope, this.version);
  }

  #lookUp(): RecordingTarget | undefined {
    const captured = capturingProviders();
    const global = registeredProviders();
    const tracers = captured?.tracer ?? this.#tracerProvider ?? global?.trace;
    const meters = captured?.meter ?? this.#meterProvider ?? global?.metrics;
    if (tracers === undefined && meters === undefined) return undefined;
    const tracerSource = tracers && delegateOf(tracers);
    const meterSource = meters && delegateOf(meters);
    if (this.#target === undefined || tracerSource !== this.#tracerSource || meterSource !== this.#meterSource) {
      this.#target = undefined;
      this.#target = {
        config: this.config,
        tracer: tracers?.getTracer(this.scope, this.version),
        metrics: isNoop(meters)
          ? undefined
          : meters && new Metrics(meters, this.scope, this.version, this.config.metricsSemconv),
        logger: captured === undefined ? this.logger : () => this.#loggerOf(captured.logger),
      };
      this.#tracerSource = tracerSource;
      this.#meterSource = meterSource;
    }
    return this.#target;
  }

  /**
   * Starts recording a call, or returns `undefined` without any provider. Inside a recorded call of the same kind, the call
   * gets no span: the result goes to the outer call, see nested-calls.ts. `sdkSpan` stands for the span that the SDK makes.
   */
  start(reader: CallReader, self: unknown, args: readonly unknown[], sdkSpan?: SdkOwnedSpan): Operation | undefined {
    try {
      const target = this.target();
      if (target === undefined) return this.#decline();
      const parent = sdkSpan === undefined ? this.#startContext(target) : activeContext();
      if (parent === undefined) return this.#decline();
      const outer = activeOperation(parent);
      if (outer !== undefined && isSameKind(outer.request.operation, reader.operation))
        return this.#startInside(outer, reader, self, args, parent);
      // Request and content are read by different readers: a getter of the application has to run once.
      const { config } = target;
      const keepsNone = !hasContent(reader) || (!needsContent(config) && config.estimateTokens === undefined);
      const seen = keepsNone && !reader.looksTwice ? args : args.map(readOnce);
      const request = reader.request(self, seen, this.config.providerHosts);
      const span = sdkSpan ?? startSpan(target, request, parent);
      if (target.metrics !== undefined) countInference(request, parent);
      const custom = customOfMetrics(target, request, parent, sdkSpan === undefined);
      const keptArgs = hasContent(reader) && keepsContent(target, request, span) ? seen : undefined;
      if (sdkSpan !== undefined) describeSdkSpan(sdkSpan, target.config, request, args, parent, custom);
      else if (target.config.onRequest !== undefined)
        runRequestHook(target.config.onRequest, span, request, args, parent);
      countCall();
      return new Operation({ target, reader, request, span, parent, self, args: keptArgs, outer: undefined });
    } catch (error) {
      swallow(error);
      return undefined;
    }
  }

  #decline(): undefined {
    noteDeclinedCall(this.scope);
    return undefined;
  }

  /**
   * The context in which a call starts. If a foreign instrumentation of the same SDK has started a span for the call, the
   * foreign span is suppressed; `undefined` if suppression is impossible, because then the foreign span represents the call.
   */
  #startContext({ config, tracer }: RecordingTarget): Context | undefined {
    const context = withoutSuppressedSpan(activeContext());
    const span = spanOf(context);
    const scope = scopeOf(span);
    // Without a tracer (metrics only), no span could take the place of the foreign span.
    if (span === undefined || scope === undefined || !this.otherPackages.has(scope) || tracer === undefined)
      return context;
    if (config.otherInstrumentations === 'keep' || !span.isRecording()) return context;
    if (!suppressSpan(span)) return undefined;
    warnOfOtherPackage(scope);
    return withoutSuppressedSpan(context);
  }

  /** Returns `undefined` if the outer call is not recorded. */
  #startInside(
    outer: ActiveOperation,
    reader: CallReader,
    self: unknown,
    args: readonly unknown[],
    parent: Context,
  ): Operation | undefined {
    if (outer.contextOnly) return undefined;
    const keeps = outer.keepsContent && hasContent(reader);
    const seen = keeps || reader.looksTwice ? args.map(readOnce) : args;
    const emptyTarget: RecordingTarget = {
      config: outer.config,
      tracer: undefined,
      metrics: undefined,
      logger: () => undefined,
    };
    const operation = new Operation({
      target: emptyTarget,
      reader,
      request: reader.request(self, seen, this.config.providerHosts),
      span: new InnerSpan(parent),
      parent,
      self,
      args: keeps ? seen : undefined,
      outer,
    });
    outer.inner ??= new InnerCalls();
    outer.inner.add(operation);
    return operation;
  }
}

/** Embeddings and moderation have no content that is captured: their arguments, which may be long lists, need no views. */
const hasContent = ({ input, output, stream }: CallReader): boolean =>
  input !== undefined || output !== undefined || stream !== undefined;

/** Is the content of a call needed, for the span, for events or for an estimate of its tokens? */
function keepsContent({ config, metrics }: RecordingTarget, { operation }: RequestFacts, span: Span): boolean {
  const recording = span.isRecording();
  if (recording && needsContent(config)) return true;
  return (recording || metrics !== undefined) && estimatesTokens(config.estimateTokens, operation);
}

function startSpan({ tracer, config }: RecordingTarget, request: RequestFacts, parent: Context): Span {
  if (tracer === undefined) return NO_SPAN;
  const name = spanName(request);
  const attributes = startAttributes(request);
  addCustomAttributes(attributes, parent, config, name, request);
  const clock = spanClock(spanOf(parent));
  const options = { kind: KIND_CLIENT, attributes, startTime: clock.startTime };
  const span = showStartedSpan(tracer.startSpan(name, options, parent), parent);
  setSpanClock(span, clock);
  return span;
}

/** Gives the span of an SDK or a framework all data that a span of this package has from its start. */
function describeSdkSpan(
  sdkSpan: SdkOwnedSpan,
  config: Config,
  request: RequestFacts,
  args: readonly unknown[],
  parent: Context,
  known: Attributes | undefined,
): void {
  sdkSpan.started(() => startAttributes(request));
  sdkSpan.onAttach((span) => {
    try {
      addStartAttributes(span, request, known ?? customAttributes(config, request, parent));
      if (config.onRequest !== undefined) runRequestHook(config.onRequest, span, request, args, parent);
    } catch (error) {
      swallow(error); // the caller is code of the SDK
    }
  });
}
