import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { InstrumentationConfig, InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';
import { switchedOffBy } from '../../config/instrumentation-switches.ts';
import { type Config, type LlmOtelOptions, resolveConfig } from '../../config/options.ts';
import { shareConfig } from '../../config/shared-config.ts';
import type { LoggerProvider } from '../../otel/globals.ts';
import { swallow } from '../../runtime/guard.ts';
import { info } from '../../runtime/log.ts';
import { environment } from '../../runtime/platform.ts';
import { VERSION } from '../../runtime/version.ts';
import { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { sendTraceContext } from '../calls/send-trace-context.ts';
import type { ProviderEntry } from '../provider.ts';
import { Patcher } from '../wrapping/patcher.ts';
import { InstrumentationBase, instrumentation } from './instrumentation-base.ts';
import { hookModules } from './module-hooks.ts';
import { type LoadedFile, patchExports, scopeName } from './patch-provider.ts';
import { stopWarningOf, warnOfUnpatched } from './warn-unpatched.ts';

/** Options of an instrumentation class: the options of this package and of OpenTelemetry's instrumentations. */
export type LlmInstrumentationConfig = LlmOtelOptions & InstrumentationConfig;

// The only subclass of `InstrumentationBase`. The SDK is found by OpenTelemetry's hooks (require-in-the-middle,
// import-in-the-middle), and by module hooks of this package, so that ESM works without a loader flag. All hooks call the same
// idempotent patch.
//
// No instance field may have an initializer: the base constructor calls `init` and `enable` before the initializers run.
/**
 * The base class of the instrumentations of all SDKs. Where OpenTelemetry is not installed, the class can be constructed and
 * does nothing.
 *
 * @example
 * const instrumentations: LlmInstrumentation[] = [new OpenAIInstrumentation(), new AnthropicInstrumentation()];
 * registerInstrumentations({ instrumentations });
 */
export abstract class LlmInstrumentation extends InstrumentationBase<LlmInstrumentationConfig> {
  /** @internal */
  declare private _patcher: Patcher | undefined;
  /** @internal */
  declare private _hooked: boolean | undefined;
  /**
   * Is there a warning about model calls that nobody records?
   * @internal
   */
  declare private _watching: boolean | undefined;
  /**
   * Patched copies of the SDK, to be patched again by `enable()` after `disable()`.
   * @internal
   */
  declare private _seen: { readonly copy: WeakRef<object>; readonly loaded: LoadedFile }[] | undefined;

  /** @param options see {@link LlmOtelOptions}; the environment gives the missing options. */
  constructor(options: LlmInstrumentationConfig = {}) {
    const sdk = (new.target.prototype as LlmInstrumentation).sdk();
    const off = reasonOff(sdk, options);
    super(scopeName(sdk), VERSION, { ...options, enabled: off === undefined });
    if (off !== undefined) info(`${sdk.module} is not recorded, ${off} switches it off.`);
  }

  /**
   * The provider of the SDK. A method, because the base constructor needs the provider before fields exist.
   * @internal
   */
  protected abstract provider(): object;

  /** @internal */
  private sdk(): ProviderEntry {
    return this.provider() as ProviderEntry;
  }

  /** @internal */
  private patcher(): Patcher {
    this._patcher ??= new Patcher(
      new CallRecorder(scopeName(this.sdk()), VERSION, this.resolveOptions(this.getConfig())),
    );
    return this._patcher;
  }

  /** @internal */
  private resolveOptions(options: LlmInstrumentationConfig): Config {
    const config = resolveConfig(options);
    // Share the config only if the application sets an option besides `enabled`, and the instrumentation is on.
    if (config.enabled && Object.keys(options).some((name) => name !== 'enabled')) shareConfig(config);
    return config;
  }

  /** Called by the base class. */
  protected override init(): InstrumentationNodeModuleDefinition[] {
    if (instrumentation === undefined) return [];
    const { module, files } = this.sdk();
    const patch = (exports: unknown): unknown => {
      // Silent: the hooks of OpenTelemetry also bring objects that a test tool puts in place of the SDK.
      this.patchLoaded(exports, { silent: true });
      return exports;
    };
    const unpatch = (): void => {}; // `disable()` unpatches every copy of the SDK, the base class only the last copy
    const definition = new instrumentation.InstrumentationNodeModuleDefinition(module, ['*'], patch, unpatch);
    for (const file of files)
      for (const extension of ['js', 'mjs', 'cjs'])
        definition.files.push(
          new instrumentation.InstrumentationNodeModuleFile(`${module}/${file}.${extension}`, ['*'], patch, unpatch),
        );
    return [definition];
  }

  /** Starts recording. Copies of the SDK that are loaded later are patched on load. */
  override enable(): void {
    try {
      super.enable();
    } catch (error) {
      swallow(error); // the hooks of OpenTelemetry, in a runtime that refuses hooks
    }
    if (instrumentation === undefined) return;
    if (this._watching !== true) warnOfUnpatched([this.sdk()]);
    this._watching = true;
    if (this._hooked === true) {
      for (const { copy, loaded } of this._seen ?? []) this.patchLoaded(copy.deref(), loaded);
      return;
    }
    this._hooked = true;
    if (resolveConfig(this.getConfig()).propagateToProviders) sendTraceContext();
    hookModules([this.sdk()], (exports, file) => this.patchLoaded(exports, file));
  }

  /** Removes every patch from every copy of the SDK. Open calls are still recorded to the end. */
  override disable(): void {
    try {
      super.disable();
      if (this._watching === true) stopWarningOf(this.sdk().module);
      this._watching = false;
      this._patcher?.unwrapAll();
    } catch (error) {
      swallow(error);
    }
  }

  /**
   * Patches a copy of the SDK by hand, for bundled applications.
   * @param exports the SDK's namespace or `module.exports`
   * @returns whether a class was patched
   * @example
   * new OpenAIInstrumentation().patch(await import('openai'));
   */
  patch(exports: unknown): boolean {
    return this.patchLoaded(exports, {});
  }

  /** @internal */
  private patchLoaded(exports: unknown, loaded: LoadedFile): boolean {
    if (!this.isEnabled() || exports === undefined || exports === null) return false;
    try {
      return this.patchAndRemember(exports, loaded);
    } catch (error) {
      swallow(error);
      return false;
    }
  }

  /** @internal */
  private patchAndRemember(exports: object, loaded: LoadedFile): boolean {
    const patched = patchExports(this.sdk().load(), exports, this.patcher(), loaded);
    this._seen ??= [];
    if (patched && !this._seen.some(({ copy }) => copy.deref() === exports))
      this._seen.push({ copy: new WeakRef(exports), loaded });
    return patched;
  }

  /** Replaces the options. Calls that have started keep the options of their start. */
  override setConfig(config: LlmInstrumentationConfig): void {
    super.setConfig(config);
    this._patcher?.telemetry.setConfig(this.resolveOptions(config));
  }

  /** Records spans with this provider instead of the global provider. */
  override setTracerProvider(provider: TracerProvider): void {
    super.setTracerProvider(provider);
    this.patcher().telemetry.setTracerProvider(provider);
  }

  /** Records metrics with this provider instead of the global provider. */
  override setMeterProvider(provider: MeterProvider): void {
    super.setMeterProvider(provider);
    this.patcher().telemetry.setMeterProvider(provider);
  }

  /** Takes a logger provider of `@opentelemetry/api-logs` or of `@opentelemetry/api` >= 1.10. */
  // biome-ignore lint/suspicious/noExplicitAny: the base class names a type of its own api-logs version
  override setLoggerProvider(provider: any): void {
    super.setLoggerProvider(provider);
    this.patcher().telemetry.setLoggerProvider(provider as LoggerProvider);
  }
}

/** The option or the variable that switches an instrumentation off. An option in code wins over a variable. */
function reasonOff(sdk: ProviderEntry, options: LlmInstrumentationConfig): string | undefined {
  const { enabled } = resolveConfig(options);
  if (!enabled) return options.enabled === undefined ? 'LLM_OTEL_ENABLED' : 'option enabled';
  return options.enabled === undefined ? switchedOffBy(sdk.name, environment()) : undefined;
}
