/**
 * The SDK's own tracing, @anthropic-ai/sdk >= 0.134: `create` starts a span with the client's `_tracer`, unless the options
 * hold a started span (`__span`: a stream helper passes on its span). The SDK's span is active during the requests, and
 * the headers of the requests get its trace context. There are three ways to deal with the SDK's span:
 *
 * - hidden: `_tracer` is removed while the method runs, as if tracing were off. `prepareRequest` puts the trace context of
 *   our span into the headers; the SDK calls `prepareRequest` last of all, after the code that signs the request.
 * - replaced: where `_tracer` cannot be removed, `create` gets a stand-in for our span as `__span`. The SDK starts no span;
 *   children and headers belong to our span. `_tracer` gives the stand-in as well, for a version that ignores `__span`.
 *   Costs more than hiding, because headers are copied: see bench/anthropic-native.mjs.
 * - kept: the SDK's span stays, and no span of ours is active.
 *
 * Spans of tool runners, tools and further resources are not changed.
 *
 * Checked with 0.137, 1.0 and 1.10 (`npm run test:matrix`) and, for the private `_tracer`, by test/providers/private-fields.test.ts.
 */
import type { Span, Tracer } from '@opentelemetry/api';
import type { Config } from '../../config/options.ts';
import type { CallReader } from '../../facts/call.ts';
import { activeContext, callWith, injectInto, propagatesWithoutUs } from '../../otel/globals.ts';
import { NonRecordingSpan } from '../../otel/non-recording-span.ts';
import type { RequestArguments } from '../../patching/stainless/stainless-requests.ts';
import { type MakeCall, methodChooser, recordedMethod, type Wrap } from '../../patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { swallow } from '../../runtime/guard.ts';
import { activeOperation } from '../../telemetry/call/active-operation.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import { SdkOwnedSpan } from '../../telemetry/other-spans/sdk-owned-span.ts';
import { clientOf } from '../reading/stainless-arguments.ts';
import { asObject } from '../reading/unknown-values.ts';

/** The part of a client that traces itself. */
interface TracingClient {
  _tracer?: Tracer | undefined;
  readonly openTelemetry?: {
    readonly tracerProvider?: unknown;
    readonly propagation?: boolean;
    readonly traces?: { readonly enabled?: boolean };
  };
  readonly prepareRequest?: AnyFunction;
}

/** A call of a method. */
interface Invocation {
  readonly method: AnyFunction;
  readonly self: unknown;
  readonly args: readonly unknown[];
  readonly client: TracingClient;
  readonly telemetry: CallRecorder;
}

/** The client whose tracer is removed while a method runs: a method runs to the first `await` only. */
let untracedClient: { readonly client: TracingClient; readonly tracer: Tracer } | undefined;

function tracerOf(client: TracingClient | undefined): Tracer | undefined {
  return untracedClient !== undefined && untracedClient.client === client ? untracedClient.tracer : client?._tracer;
}

/** Would the SDK make a span for a call of this client? */
function tracesItself(client: TracingClient): boolean {
  return tracerOf(client) !== undefined || client.openTelemetry?.traces?.enabled === true;
}

/** A method that makes one model request: the request has one span, ours or the SDK's. */
export function recordedRequest(reader: CallReader, makeCall: MakeCall): Wrap {
  return (method, recording) => {
    const untraced = recordedMethod(reader, makeCall)(method, recording);
    const choose = methodChooser(method);
    return function (this: unknown, ...args: unknown[]): unknown {
      const client = clientOf(this) as TracingClient | undefined;
      if (client === undefined || !tracesItself(client)) return Reflect.apply(untraced, this, args);
      const telemetry = recording();
      if (telemetry?.target() === undefined) return Reflect.apply(method, this, args);
      const inner = choose === undefined ? method : choose(telemetry, args);
      const invocation: Invocation = { method: inner, self: this, args, client, telemetry };
      return isKept(client, args, telemetry)
        ? keep(invocation, reader, makeCall)
        : replace(invocation, reader, makeCall);
    };
  };
}

/** A helper that starts the span of its request before the request. */
export const requestHelper: Wrap = (method, recording) =>
  function (this: unknown, ...args: unknown[]): unknown {
    const client = clientOf(this) as TracingClient | undefined;
    const telemetry = client?._tracer && recording();
    if (client === undefined || telemetry?.target() === undefined || isKept(client, args, telemetry as CallRecorder))
      return Reflect.apply(method, this, args);
    return withTracer(client, undefined, () => Reflect.apply(method, this, args));
  };

/** Wrappers of `prepareRequest`. A client whose class overrides the method has no wrapper. */
const carriers = new WeakSet<AnyFunction>();

/** `prepareRequest(request, {options})`: puts the trace context of a recorded call into the headers. */
export const carryTraceContext: Wrap = (original, recording) => {
  const prepareRequest = function (this: TracingClient, ...args: unknown[]): unknown {
    const telemetry = recording();
    if (telemetry !== undefined) carry(this, args[0], asObject(args[1])?.options, telemetry.config);
    return Reflect.apply(original, this, args);
  };
  carriers.add(prepareRequest);
  return prepareRequest;
};

function carry(client: TracingClient, request: unknown, options: unknown, config: Config): void {
  try {
    // With a span of the SDK, the headers have the trace context already.
    if (!sendsTraceContext(client, config) || asObject(options)?.__span !== undefined) return;
    const context = activeContext();
    const headers = asObject(request)?.headers;
    if (headers instanceof Headers && activeOperation(context) !== undefined) injectInto(headers, context);
  } catch (error) {
    swallow(error);
  }
}

/** Does the SDK put trace contexts into headers, and may it? */
function sendsTraceContext(client: TracingClient, config: Config): boolean {
  return tracesItself(client) && client.openTelemetry?.propagation !== false && mayPropagate(config);
}

/** Without the tracer provider and the propagator of `register`, the SDK propagates as without this package. */
function mayPropagate(config: Config | undefined): boolean {
  return config?.propagateToProviders === true || propagatesWithoutUs();
}

/**
 * `makeRequest(options, retriesRemaining, retryOf, span)`: injects the trace context of `span` into the headers of the attempt,
 * and uses `span` for nothing more. Checked with 0.134, 0.137, 1.10 and 1.14.
 */
export const keepTraceContext: RequestArguments = (args, telemetry) =>
  args[3] === undefined || mayPropagate(telemetry?.config) ? args : args.slice(0, 3);

/** Does the SDK's span stay? The application's own tracer provider for a client is respected, and a started span has to end. */
function isKept(client: TracingClient, args: readonly unknown[], telemetry: CallRecorder): boolean {
  return (
    telemetry.config.anthropicNative === 'native' ||
    client.openTelemetry?.tracerProvider !== undefined ||
    startedSpan(args) !== undefined
  );
}

/** The span that a helper has started for the call. */
function startedSpan(args: readonly unknown[]): Span | undefined {
  return asObject(asObject(args[1])?.__span)?.span as Span | undefined;
}

function keep({ method, self, args, client, telemetry }: Invocation, reader: CallReader, makeCall: MakeCall) {
  const hasOwnProvider = client.openTelemetry?.tracerProvider !== undefined;
  const sdkSpan = new SdkOwnedSpan(!hasOwnProvider);
  const operation = telemetry.start(reader, self, args, sdkSpan);
  if (operation === undefined) return Reflect.apply(method, self, args);
  if (hasOwnProvider) return make(operation, makeCall, method, self, args);
  const started = startedSpan(args);
  if (started !== undefined) sdkSpan.attach(started);
  const tracer = tracerOf(client);
  const attaching = tracer && attachingTracer(tracer, sdkSpan);
  return withTracer(client, attaching, () => make(operation, makeCall, method, self, args));
}

function replace({ method, self, args, client, telemetry }: Invocation, reader: CallReader, makeCall: MakeCall) {
  const operation = telemetry.start(reader, self, args);
  // A request inside a recorded call has no span at all.
  if (operation === undefined) return withTracer(client, undefined, () => Reflect.apply(method, self, args));
  if (canHide(client, telemetry.config))
    return withTracer(client, undefined, () => make(operation, makeCall, method, self, args));
  const span = new NonRecordingSpan(operation.span.spanContext());
  const [params, options, ...rest] = args;
  const __span = { span, name: 'anthropic.messages.create', startTime: Date.now() };
  return withTracer(client, tracerOfSpan(span), () =>
    make(operation, makeCall, method, self, [params, { ...asObject(options), __span }, ...rest]),
  );
}

/** Can the client's tracer be removed, and does the trace context get into the headers without the tracer? */
function canHide(client: TracingClient, config: Config): boolean {
  if (tracerOf(client) === undefined) return false;
  const isCarried = client.prepareRequest !== undefined && carriers.has(client.prepareRequest);
  return (isCarried || !sendsTraceContext(client, config)) && Reflect.set(client, '_tracer', client._tracer);
}

function make(operation: Operation, makeCall: MakeCall, method: AnyFunction, self: unknown, args: readonly unknown[]) {
  if (operation.contextOnly) return callWith(operation.context, method, self, args);
  return makeCall(operation, method, self, args);
}

/** Calls `run` while `tracer` is the client's tracer; a frozen client keeps the present tracer. */
function withTracer(client: TracingClient, tracer: Tracer | undefined, run: () => unknown): unknown {
  const outer = untracedClient;
  const before = client._tracer;
  const real = tracerOf(client);
  if (real === undefined || !Reflect.set(client, '_tracer', tracer)) return run();
  untracedClient = { client, tracer: real };
  try {
    return run();
  } finally {
    untracedClient = outer;
    client._tracer = before;
  }
}

function tracerOfSpan(span: Span): Tracer {
  return { startSpan: () => span } as unknown as Tracer;
}

/** A tracer whose first span becomes the span of `sdkSpan`. */
function attachingTracer(tracer: Tracer, sdkSpan: SdkOwnedSpan): Tracer {
  return {
    startSpan(...args: Parameters<Tracer['startSpan']>) {
      const span = tracer.startSpan(...args);
      sdkSpan.attach(span);
      return span;
    },
    startActiveSpan: tracer.startActiveSpan.bind(tracer) as Tracer['startActiveSpan'],
  };
}
