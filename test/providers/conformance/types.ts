/**
 * The words of the conformance table: a case is what an application does, a kit is how one provider's SDK does it.
 */
import type { OperationName, StreamOutcome } from '../../../src/facts/call.ts';

/** How Node loads the SDK. */
export type Mode = 'esm' | 'cjs';

/** What an SDK can do beyond a call and a stream. A case that needs more than the SDK has is skipped. */
export type Feature =
  /** Calls return a Stainless `APIPromise`. */
  | 'api-promise'
  /** Streams are a Stainless `Stream` with `controller`, `tee()` and `toReadableStream()`. */
  | 'stream-object'
  /** `break` out of one `tee()` branch reaches the source once every branch is closed. */
  | 'tee-closes'
  | 'retries'
  | 'timeout'
  /** The client timeout covers the body too. */
  | 'body-timeout'
  /**
   * The transport is the platform's `fetch`. node-fetch never settles a body that is cut off half-way, and keeps a
   * Response alive as long as its connection.
   */
  | 'native-fetch'
  /** The stream's iterator is a generator around another: given up before its first `next()`, it has read nothing. */
  | 'lazy-iterator'
  | 'signal'
  /** The SDK reads a stream by itself, whether or not the application does. */
  | 'eager-streams'
  | 'custom-fetch'
  | 'parse'
  | 'stream-helper'
  | 'tool-runner'
  /** Reached only by a provider's own cases. */
  | `own:${string}`;

/** One scripted answer of the local server. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Written one after the other. */
  readonly body?: readonly (string | Uint8Array)[];
  /**
   * What follows the body: `end` (default); `hold` leaves the connection open until the case is over or calls
   * `drop()`; `cut` breaks it as soon as the client has seen the headers; `silent` sends nothing at all.
   */
  readonly after?: 'end' | 'hold' | 'cut' | 'silent';
}

/** A unary call as the SDK returns it. The methods beyond Promise exist where the kit has `api-promise`. */
export interface Call<T = object> extends Promise<T> {
  asResponse(): Promise<Response>;
  withResponse(): Promise<{ data: T; response: Response }>;
}

/** A stream as the SDK returns it. The members beyond iteration exist where the kit has `stream-object`. */
export interface ModelStream extends AsyncIterable<object> {
  readonly controller: AbortController;
  tee(): [ModelStream, ModelStream];
  toReadableStream(): ReadableStream<Uint8Array>;
}

/** A helper stream (`chat.completions.stream()`, `messages.stream()`). */
export interface HelperStream {
  readonly chunks: AsyncIterable<object>;
  /** The finished message. */
  final(): Promise<unknown>;
  abort(): void;
}

/** Arguments of one call that cases vary. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Ask for usage in the stream, where that has to be asked for. */
  readonly usage?: boolean;
}

/** Arguments of a run of tools. */
export interface ToolRun {
  readonly streamed: boolean;
  /** The tool. Its one argument is what the model sent: `{ city: 'Rome' }`. */
  readonly tool: (input: unknown) => unknown;
  /** Build the tool the way a schema library does: with members that a spread would lose. */
  readonly schemaTool?: boolean;
}

/** How the client is made. */
export interface ClientOptions {
  readonly maxRetries?: number;
  /** milliseconds */
  readonly timeout?: number;
  readonly fetch?: typeof fetch;
}

/** One client and the calls made with it. */
export interface Session {
  readonly client: object;
  /** Starts one unary model call. */
  call(options?: CallOptions): Call;
  /** Starts one streamed model call. */
  stream(options?: CallOptions): Call<ModelStream>;
  /** The unary call with these exact arguments, whatever their types. */
  callWith(...args: readonly unknown[]): unknown;
  /** A unary call whose answer the SDK parses; the server answers with `wire.parsable` or `wire.cutShort`. */
  parse?(): Call;
  helper?(options?: CallOptions): HelperStream;
  /** Lets the SDK run a tool; resolves to the final answer. */
  runTools?(run: ToolRun): Promise<unknown>;
}

/** What the provider's server says. */
export interface Wire {
  /** How texts become bytes. Default: UTF-8; `latin1` where frames are binary, one character a byte. */
  readonly encoding?: 'latin1';
  /** Body of a good unary answer. */
  readonly answer: object;
  /** The same answer as server-sent events, terminator included; the first two carry text or a role. */
  readonly frames: readonly string[];
  /** The same when usage was asked for. */
  readonly usageFrames: readonly string[];
  /** An error event in the middle of a stream. */
  readonly errorFrame: string;
  /** Body of an error answer. */
  failure(status: number): object;
  /** Unary body that `parse()` understands. */
  readonly parsable?: object;
  /** Unary body that ran into the token limit, which makes `parse()` throw. */
  readonly cutShort?: object;
  /** The two rounds of a run of tools, unary and streamed. */
  readonly toolRounds?: { readonly unary: readonly object[]; readonly streamed: readonly (readonly string[])[] };
}

/** Everything the table has to know about one provider's SDK. */
export interface Kit {
  /** Package to load, by name. */
  readonly module: string;
  /** Export of the SDK that is the class of clients; classes whose names end alike are clients too. */
  readonly clientClass: string;
  /** Further classes of clients, which the provider's own cases make. */
  readonly otherClientClasses?: readonly string[];
  /** Export of the package under test that instruments it. */
  readonly instrumentation: string;
  /** Files that an ESM loader has to see, as sources of regular expressions on the URL. */
  readonly esmFiles: readonly string[];
  readonly operation: OperationName;
  /** What `call()` passes to the SDK; plain data. */
  readonly callArguments: readonly object[];
  /** Reason of the good answer, in the vocabulary of `docs/telemetry.md`. */
  readonly finishReasons: readonly string[];
  readonly wire: Wire;
  /** The provider's cases beside the table's. */
  readonly cases: readonly Case[];
  /** What this version of the SDK can do. */
  features(sdk: Readonly<Record<string, unknown>>, version: string): ReadonlySet<Feature>;
  /** A client of the SDK against this server. */
  open(sdk: Readonly<Record<string, unknown>>, baseURL: string, options: ClientOptions): Session;
}

/** What a span of the package has to look like at the end of a case. */
export interface SpanExpectation {
  /** Default: the kit's operation. */
  readonly operation?: OperationName;
  /** Default UNSET. */
  readonly status?: 'UNSET' | 'ERROR';
  /** `llm_otel.stream.outcome`; `null`: the attribute is absent; `undefined`: not looked at. */
  readonly outcome?: StreamOutcome | null | undefined;
  /** `null`: the attribute is absent; `undefined`: not looked at; `good`: the kit's. */
  readonly finishReasons?: readonly string[] | 'good' | null | undefined;
  /** HTTP requests under the span. Default 1. */
  readonly http?: number;
  /** Index of the parent among the spans of the case. Default: the application's own span. */
  readonly parent?: number;
}

/** What a case has at hand. */
export interface Tools {
  readonly kit: Kit;
  readonly sdk: Readonly<Record<string, unknown>>;
  readonly wire: Wire;
  /** A client without retries whose requests get these answers, the last one repeated. */
  open(...replies: Reply[]): Session;
  /** The same with options. */
  openWith(options: ClientOptions & { readonly baseURL?: string }, ...replies: Reply[]): Session;
  /** A fresh address of the scripted server, for a client that the case makes itself. */
  serve(...replies: Reply[]): string;
  /** Says that application code runs here; it has to see the application's own context. */
  mark(label: string): void;
  /** Says that application code runs here on behalf of the call, inside its span: a custom `fetch`, a tool. */
  inside(label: string): void;
  /** What `run` gives or throws, described. */
  attempt(run: () => unknown): Promise<unknown>;
  /** Resolves when the server has got `count` requests of this case. */
  received(count?: number): Promise<void>;
  /** Breaks the connections that the server holds open. */
  drop(): void;
  /** Lets garbage be collected, several rounds. */
  collect(): Promise<void>;
}

/** One row of the table. */
export interface Case {
  readonly name: string;
  readonly needs?: readonly Feature[];
  /** What makes the case meaningless. */
  readonly not?: Feature;
  /** Only the collection of what `run` left behind can end the span. */
  readonly garbage?: boolean;
  /** In order of their starts. `any`: whether there is one is not laid down, but it has to end. */
  readonly spans: readonly SpanExpectation[] | ((features: ReadonlySet<Feature>) => readonly SpanExpectation[]) | 'any';
  /** Behaves like an application; what it returns is compared with the uninstrumented run. */
  run(tools: Tools): unknown;
}

/** A span as the child process saw it. */
export interface SeenSpan {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly scope: string;
  readonly kind: number;
  readonly status: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly string[];
  /** Calls of `end()`. */
  readonly ends: number;
}

/** What the application and the server saw: has to be equal with and without instrumentation. */
export interface Seen {
  readonly outcome: unknown;
  readonly unhandled: readonly unknown[];
  readonly uncaught: readonly unknown[];
  readonly warnings: readonly string[];
  readonly requests: readonly unknown[];
  /** Labels in order of occurrence, each with whether the application's own context was there. */
  readonly marks: readonly string[];
}

/** What telemetry saw in one case. */
export interface Traced {
  readonly root: string;
  readonly spans: readonly SeenSpan[];
  /** Started outside the trace of the case. */
  readonly strays: readonly SeenSpan[];
  /** Warnings and errors of OpenTelemetry's own diagnostics. */
  readonly diagnostics: readonly string[];
  /** Active span at each mark and inside, with the label. */
  readonly marks: readonly { readonly label: string; readonly span: string | undefined; readonly kept: boolean }[];
  readonly insides: readonly { readonly label: string; readonly span: string | undefined }[];
}

/** Result of one case in one process. */
export interface CaseReport {
  readonly name: string;
  /** The SDK cannot do it. */
  readonly skipped: boolean;
  readonly milliseconds: number;
  readonly features: readonly Feature[];
  readonly seen: Seen;
  readonly traced?: Traced;
}
