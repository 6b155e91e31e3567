/**
 * The SDK's own tracing, @anthropic-ai/sdk >= 0.134: `create` starts a span with the client's `_tracer`, unless its
 * options bring one (`__span`, how a stream helper passes on the span that it has started). That span is active during
 * the requests, and their headers get its trace context. What may become of it:
 *
 * - hidden: `_tracer` is away while the method runs, as if tracing were off, and the trace context of our span goes into
 *   the headers in `prepareRequest`, which the SDK calls last of all, after whatever signs the request.
 * - replaced: where that cannot be, `create` gets a stand-in for our span as `__span`. The SDK starts none, and what
 *   hangs under its span and travels in its headers is ours. `_tracer` gives the stand-in as well, for a version that
 *   does not look for `__span`. Costs more, all of it in copies of headers: see bench/anthropic-native.mjs.
 * - kept: the SDK's span stays, and nothing of ours is active.
 *
 * Spans of tool runners, tools and other resources stay what they are.
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

/** One call of a method, on its way through. */
interface Invocation {
  readonly method: AnyFunction;
  readonly self: unknown;
  readonly args: readonly unknown[];
  readonly client: TracingClient;
  readonly telemetry: CallRecorder;
}

/** The client whose tracer is away while one of its methods runs; methods run to their first `await` only. */
let away: { readonly client: TracingClient; readonly tracer: Tracer } | undefined;

function tracerOf(client: TracingClient | undefined): Tracer | undefined {
  return away !== undefined && away.client === client ? away.tracer : client?._tracer;
}

/** Would the SDK make a span for a call of this client? */
function tracesItself(client: TracingClient): boolean {
  return tracerOf(client) !== undefined || client.openTelemetry?.traces?.enabled === true;
}

/** A method that makes one model request: there is one span for it, whoever's it is. */
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

/** A helper that starts the span of the request it is going to make. */
export const requestHelper: Wrap = (method, recording) =>
  function (this: unknown, ...args: unknown[]): unknown {
    const client = clientOf(this) as TracingClient | undefined;
    const telemetry = client?._tracer && recording();
    if (client === undefined || telemetry?.target() === undefined || isKept(client, args, telemetry as CallRecorder))
      return Reflect.apply(method, this, args);
    return withTracer(client, undefined, () => Reflect.apply(method, this, args));
  };

/** Wrappers of `prepareRequest`. A client whose class overrides the method has none. */
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
    // A call that has a span of the SDK's has its headers already.
    if (!travels(client, config) || asObject(options)?.__span !== undefined) return;
    const context = activeContext();
    const headers = asObject(request)?.headers;
    if (headers instanceof Headers && activeOperation(context) !== undefined) injectInto(headers, context);
  } catch (error) {
    swallow(error);
  }
}

/** May the SDK put trace contexts into headers? */
function travels(client: TracingClient, config: Config): boolean {
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

/** Does the SDK's span stay? A client with a provider of its own is left alone, and a started span has to end. */
function isKept(client: TracingClient, args: readonly unknown[], telemetry: CallRecorder): boolean {
  return (
    telemetry.config.anthropicNative === 'native' ||
    client.openTelemetry?.tracerProvider !== undefined ||
    startedSpan(args) !== undefined
  );
}

/** The span that a helper has started for this call. */
function startedSpan(args: readonly unknown[]): Span | undefined {
  return asObject(asObject(args[1])?.__span)?.span as Span | undefined;
}

function keep({ method, self, args, client, telemetry }: Invocation, reader: CallReader, makeCall: MakeCall) {
  const foreign = client.openTelemetry?.tracerProvider !== undefined;
  const borrowed = new SdkOwnedSpan(!foreign);
  const operation = telemetry.start(reader, self, args, borrowed);
  if (operation === undefined) return Reflect.apply(method, self, args);
  if (foreign) return make(operation, makeCall, method, self, args);
  const started = startedSpan(args);
  if (started !== undefined) borrowed.attach(started);
  const tracer = tracerOf(client);
  const lender = tracer && lending(tracer, borrowed);
  return withTracer(client, lender, () => make(operation, makeCall, method, self, args));
}

function replace({ method, self, args, client, telemetry }: Invocation, reader: CallReader, makeCall: MakeCall) {
  const operation = telemetry.start(reader, self, args);
  // A request that is part of a call being recorded has no span at all.
  if (operation === undefined) return withTracer(client, undefined, () => Reflect.apply(method, self, args));
  if (canHide(client, telemetry.config))
    return withTracer(client, undefined, () => make(operation, makeCall, method, self, args));
  const span = new NonRecordingSpan(operation.span.spanContext());
  const [params, options, ...rest] = args;
  const __span = { span, name: 'anthropic.messages.create', startTime: Date.now() };
  return withTracer(client, standingIn(span), () =>
    make(operation, makeCall, method, self, [params, { ...asObject(options), __span }, ...rest]),
  );
}

/** Can this client's tracer be away, and does its trace context travel without it? */
function canHide(client: TracingClient, config: Config): boolean {
  if (tracerOf(client) === undefined) return false;
  const carried = client.prepareRequest !== undefined && carriers.has(client.prepareRequest);
  return (carried || !travels(client, config)) && Reflect.set(client, '_tracer', client._tracer);
}

function make(operation: Operation, makeCall: MakeCall, method: AnyFunction, self: unknown, args: readonly unknown[]) {
  if (operation.contextOnly) return callWith(operation.context, method, self, args);
  return makeCall(operation, method, self, args);
}

/** Runs `run` with `tracer` as the client's; a client that is frozen keeps the one it has. */
function withTracer(client: TracingClient, tracer: Tracer | undefined, run: () => unknown): unknown {
  const outer = away;
  const before = client._tracer;
  const real = tracerOf(client);
  if (real === undefined || !Reflect.set(client, '_tracer', tracer)) return run();
  away = { client, tracer: real };
  try {
    return run();
  } finally {
    away = outer;
    client._tracer = before;
  }
}

function standingIn(span: Span): Tracer {
  return { startSpan: () => span } as unknown as Tracer;
}

/** `tracer`, whose first span is lent to `borrowed`. */
function lending(tracer: Tracer, borrowed: SdkOwnedSpan): Tracer {
  return {
    startSpan(...args: Parameters<Tracer['startSpan']>) {
      const span = tracer.startSpan(...args);
      borrowed.attach(span);
      return span;
    },
    startActiveSpan: tracer.startActiveSpan.bind(tracer) as Tracer['startActiveSpan'],
  };
}
