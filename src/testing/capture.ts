import { clearTimeout, setTimeout } from 'node:timers'; // a test may have faked the global ones
import { type Config, type LlmOtelOptions, resolveConfig } from '../config/options.ts';
import { shareConfig, sharedConfig } from '../config/shared-config.ts';
import { activeContext, callWith, type LogRecord } from '../otel/globals.ts';
import { patchExports, scopeName } from '../patching/loading/patch-provider.ts';
import { Patcher } from '../patching/wrapping/patcher.ts';
import { VERSION } from '../runtime/version.ts';
import { CallRecorder } from '../telemetry/call/call-recorder.ts';
import type { Capture, CapturedEvent, CapturedMetric, CapturedSpan, LlmCall, ToolRun } from './capture-types.ts';
import { isLlmCall, isToolRun, llmCallOf, toolRunOf } from './llm-call.ts';
import { MetricStore } from './meter.ts';
import { providerOf } from './sdk.ts';
import { addReceiver, contextOf, type Receiver, removeReceiver } from './sink.ts';
import type { MemorySpan } from './span.ts';

const SETTLED_MS = 5000;

/**
 * Keeps the telemetry of this package in memory, for tests. Until the capture stops, nothing of this telemetry reaches an
 * exporter, not even through the application's own SDK.
 *
 * @param options options of the instrumentations, for SDKs passed to {@link Capture.patch} and for `tool()`, `agent()` and
 * similar functions; with `captureContent: 'SPAN_ONLY'` messages are captured too
 * @example
 * const capture = startCapture();
 * capture.patch(await import('openai'));
 * await answer('Why is the sea blue?'); // code under test
 * expect(capture.llmCalls()).toMatchObject([{ model: 'gpt-4o-mini', finishReasons: ['stop'] }]);
 * capture.stop();
 */
export function startCapture(options: LlmOtelOptions = {}): Capture {
  return new MemoryCapture(options);
}

class MemoryCapture implements Capture, Receiver {
  readonly metricStore = new MetricStore();
  readonly #config: Config;
  /** The shared options before the capture, restored by {@link stop}. */
  readonly #previousConfig: Config;
  readonly #patchers: Patcher[] = [];
  readonly #waiting = new Set<() => void>();
  #spans: MemorySpan[] = [];
  #events: CapturedEvent[] = [];

  constructor(options: LlmOtelOptions) {
    this.#config = resolveConfig(options);
    this.#previousConfig = sharedConfig();
    if (Object.keys(options).length > 0) shareConfig(this.#config);
    addReceiver(this);
  }

  patch(sdk: object): void {
    const provider = providerOf(sdk);
    const patcher = new Patcher(new CallRecorder(scopeName(provider), VERSION, this.#config));
    this.#patchers.push(patcher);
    if (!patchExports(provider, sdk, patcher))
      throw new Error(`capture.patch(): nothing in this version of ${provider.module} is known`);
  }

  llmCalls(): LlmCall[] {
    return this.spans().filter(isLlmCall).map(llmCallOf);
  }

  toolRuns(): ToolRun[] {
    return this.spans().filter(isToolRun).map(toolRunOf);
  }

  spans(): CapturedSpan[] {
    return this.#spans.filter(({ ended }) => ended).map((span) => span.captured());
  }

  events(): CapturedEvent[] {
    return structuredClone(this.#events);
  }

  metrics(): CapturedMetric[] {
    return this.metricStore.all();
  }

  settled(timeoutMs: number = SETTLED_MS): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (this.#open().length > 0) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        const names = this.#open().map(({ name }) => name);
        reject(
          new Error(
            `not ended within ${timeoutMs} ms: ${names.join(', ')}. Is a stream left that nobody reads, or a promise that nobody awaits?`,
          ),
        );
      }, timeoutMs);
      this.#waiting.add(check);
      check();
    });
  }

  #open(): MemorySpan[] {
    return this.#spans.filter(({ ended }) => !ended);
  }

  run<T>(fn: () => T): T {
    return callWith(contextOf(activeContext(), this), fn, undefined, []) as T;
  }

  reset(): void {
    this.#spans = [];
    this.#events = [];
    this.metricStore.clear();
    this.#check();
  }

  stop(): void {
    removeReceiver(this);
    if (sharedConfig() === this.#config) shareConfig(this.#previousConfig);
    for (const patcher of this.#patchers.splice(0)) patcher.unwrapAll();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  started(span: MemorySpan): void {
    this.#spans.push(span);
  }

  ended(): void {
    this.#check();
  }

  emitted({ eventName, attributes }: LogRecord): void {
    this.#events.push({ name: eventName, attributes: structuredClone(attributes) });
  }

  #check(): void {
    for (const check of [...this.#waiting]) check();
  }
}
