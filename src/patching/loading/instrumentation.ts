import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { InstrumentationConfig, InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';
import { type Config, type LlmOtelOptions, resolveConfig } from '../../config/options.ts';
import { shareConfig } from '../../config/shared-config.ts';
import type { LoggerProvider } from '../../otel/globals.ts';
import { VERSION } from '../../runtime/version.ts';
import { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import type { ProviderEntry } from '../provider.ts';
import { Patcher } from '../wrapping/patcher.ts';
import { InstrumentationBase, instrumentation } from './instrumentation-base.ts';
import { hookModules } from './module-hooks.ts';
import { type Loaded, patchExports, scopeName } from './patch-provider.ts';
import { warnOfUnpatched } from './warn-unpatched.ts';

/** Options of an instrumentation class: ours and OpenTelemetry's. */
export type LlmInstrumentationConfig = LlmOtelOptions & InstrumentationConfig;

/**
 * The one InstrumentationBase subclass: what an instrumentation for a provider is. It finds the SDK on both of
 * OpenTelemetry's roads (require-in-the-middle, import-in-the-middle) and, so that ESM works without a loader flag, by
 * module hooks of its own; all of them end in one idempotent patch.
 *
 * Where OpenTelemetry is not installed it can be constructed and does nothing.
 *
 * No instance field may have an initializer: the base constructor calls {@link init} and {@link enable} before one ran.
 */
export abstract class LlmInstrumentation extends InstrumentationBase<LlmInstrumentationConfig> {
  declare private _patcher: Patcher | undefined;
  declare private _hooked: boolean | undefined;
  /** Copies of the SDK that were patched, to patch them again after disable(). */
  declare private _seen: { readonly copy: WeakRef<object>; readonly loaded: Loaded }[] | undefined;

  /**
   * @param provider a {@link ProviderEntry}, typed as an object so that the published declarations hold no internals
   * @param options see {@link LlmOtelOptions}; what is missing comes from the environment.
   */
  constructor(provider: object, options: LlmInstrumentationConfig = {}) {
    super(scopeName(provider as ProviderEntry), VERSION, { ...options, enabled: resolveConfig(options).enabled });
  }

  /** The SDK's provider, on the prototype because the base constructor needs it. */
  protected abstract provider(): object;

  private sdk(): ProviderEntry {
    return this.provider() as ProviderEntry;
  }

  private patcher(): Patcher {
    this._patcher ??= new Patcher(new CallRecorder(scopeName(this.sdk()), VERSION, this.resolved(this.getConfig())));
    return this._patcher;
  }

  private resolved(options: LlmInstrumentationConfig): Config {
    const config = resolveConfig(options);
    // Not the config of one that is only switched off, or has nothing to say.
    if (config.enabled && Object.keys(options).some((name) => name !== 'enabled')) shareConfig(config);
    return config;
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    if (instrumentation === undefined) return [];
    const { module, files } = this.sdk();
    const patch = (exports: unknown): unknown => {
      this.patch(exports);
      return exports;
    };
    const unpatch = (): void => {}; // disable() unpatches every copy, the base class knows only the last
    const definition = new instrumentation.InstrumentationNodeModuleDefinition(module, ['*'], patch, unpatch);
    for (const file of files)
      for (const extension of ['js', 'mjs', 'cjs'])
        definition.files.push(
          new instrumentation.InstrumentationNodeModuleFile(`${module}/${file}.${extension}`, ['*'], patch, unpatch),
        );
    return [definition];
  }

  /** Starts recording. Copies of the SDK that are loaded later are patched as they come. */
  override enable(): void {
    super.enable();
    if (instrumentation === undefined) return;
    if (this._hooked === true) {
      for (const { copy, loaded } of this._seen ?? []) this.patchLoaded(copy.deref(), loaded);
      return;
    }
    this._hooked = true;
    warnOfUnpatched([this.sdk()]);
    hookModules([this.sdk()], (exports, location, bindings) => this.patchLoaded(exports, { location, bindings }));
  }

  /** Removes every patch from every copy of the SDK. Calls that are under way are still recorded to their end. */
  override disable(): void {
    super.disable();
    this._patcher?.unwrapAll();
  }

  /**
   * Patches a copy of the SDK by hand, for bundled applications: `instrumentation.patch(await import('openai'))`.
   * @param exports the SDK's namespace or `module.exports`
   * @returns whether anything in it could be patched
   */
  patch(exports: unknown): boolean {
    return this.patchLoaded(exports, {});
  }

  private patchLoaded(exports: unknown, loaded: Loaded): boolean {
    if (!this.isEnabled() || exports === undefined || exports === null) return false;
    const known = patchExports(this.sdk().load(), exports, this.patcher(), loaded);
    this._seen ??= [];
    if (known && !this._seen.some(({ copy }) => copy.deref() === exports))
      this._seen.push({ copy: new WeakRef(exports), loaded });
    return known;
  }

  override setConfig(config: LlmInstrumentationConfig): void {
    super.setConfig(config);
    this._patcher?.telemetry.setConfig(this.resolved(config));
  }

  override setTracerProvider(provider: TracerProvider): void {
    super.setTracerProvider(provider);
    this.patcher().telemetry.setTracerProvider(provider);
  }

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
