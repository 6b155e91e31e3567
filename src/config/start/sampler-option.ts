import { workingDirectory } from '../../runtime/files/working-directory.ts';
import { warnOnce } from '../../runtime/log.ts';
import { UnusableData } from '../sampling/data-fields.ts';
import { readSampler } from '../sampling/read-sampler.ts';
import { parentBased, type SamplerSettings } from '../sampling/sampler-settings.ts';
import { warnUnusable } from '../unusable-value.ts';

/** A number of traces a second. */
export interface RateLimitingOption {
  readonly tracesPerSecond: number;
  /** Traces that may come at once. Default: `tracesPerSecond`, at least 1. */
  readonly burst?: number;
  /** Attribute of the start of a span: each value has the rate for itself. */
  readonly key?: string;
}

/** A ratio that is corrected every second. */
export interface AdaptiveOption {
  readonly tracesPerSecond: number;
  /** Least ratio. Default 0. */
  readonly min?: number;
  /** Largest ratio. Default 1. */
  readonly max?: number;
}

/** The first rule that matches at the start of a span decides. `Inner` is the kind of sampler that a sampler holds. */
export interface RulesOption<Inner> {
  readonly rules: readonly { readonly name: string; readonly match: object; readonly sampler: Inner }[];
  /** Default `{ always_on: {} }`. */
  readonly fallback?: Inner;
}

/** Records what any of the samplers records, or what all samplers record; asked in order. */
export interface JoinedOption<Inner> {
  readonly samplers: readonly Inner[];
}

/** A rule of `rule_based`: all conditions hold. */
export interface RuleBasedOption {
  readonly attributeValues?: { readonly key: string; readonly values: readonly string[] };
  readonly attributePatterns?: {
    readonly key: string;
    readonly included?: readonly string[];
    readonly excluded?: readonly string[];
  };
  readonly spanKinds?: readonly ('client' | 'consumer' | 'internal' | 'producer' | 'server')[];
  readonly parent?: readonly ('none' | 'local' | 'remote')[];
  readonly sampler: ComposableOption;
}

/** A sampler inside of `composite/development`, the composite sampler of OpenTelemetry. */
export type ComposableOption =
  | { readonly always_on: object }
  | { readonly always_off: object }
  | { readonly probability: { readonly ratio: number } }
  | { readonly parent_threshold: { readonly root: ComposableOption } }
  | { readonly rule_based: { readonly rules: readonly RuleBasedOption[] } }
  | { readonly llm_otel_rate_limiting: RateLimitingOption }
  | { readonly llm_otel_adaptive: AdaptiveOption }
  | { readonly llm_otel_rules: RulesOption<ComposableOption> }
  | { readonly llm_otel_any: JoinedOption<ComposableOption> }
  | { readonly llm_otel_all: JoinedOption<ComposableOption> }
  | { readonly llm_otel_module: { readonly module: string; readonly options?: unknown } };

/** A sampler in code, named as in a configuration file. */
export type SamplerOption =
  | { readonly always_on: object }
  | { readonly always_off: object }
  | { readonly trace_id_ratio_based: { readonly ratio: number } }
  | {
      readonly parent_based: {
        readonly root: SamplerOption;
        readonly remoteParentSampled?: SamplerOption;
        readonly remoteParentNotSampled?: SamplerOption;
        readonly localParentSampled?: SamplerOption;
        readonly localParentNotSampled?: SamplerOption;
      };
    }
  | { readonly 'composite/development': ComposableOption }
  | { readonly llm_otel_rate_limiting: RateLimitingOption }
  | { readonly llm_otel_adaptive: AdaptiveOption }
  | { readonly llm_otel_rules: RulesOption<SamplerOption> }
  | { readonly llm_otel_any: JoinedOption<SamplerOption> }
  | { readonly llm_otel_all: JoinedOption<SamplerOption> }
  | { readonly llm_otel_module: { readonly module: string; readonly options?: unknown } };

/** Reads a sampler; a sampler that cannot be used is reported once and records everything. */
export function readSamplerOption(option: SamplerOption): SamplerSettings {
  const warn = (message: string): void => warnOnce(`option sampler: ${message}.`);
  try {
    return readSampler(option, { folder: workingDirectory(), warn });
  } catch (error) {
    if (!(error instanceof UnusableData)) throw error;
    warnUnusable('option sampler', option, error.message, 'parent_based with always_on');
    return parentBased({ kind: 'always_on' });
  }
}
