/** Which traces are recorded. */
export type SamplerSettings =
  | { readonly kind: 'always_on' | 'always_off' }
  | { readonly kind: 'trace_id_ratio_based'; readonly ratio: number }
  | ParentBasedSettings
  | RateLimitingSettings
  | AdaptiveSettings
  | RulesSettings<SamplerSettings>
  | JoinedSettings<SamplerSettings>
  | ModuleSettings
  /** `composite/development` */
  | { readonly kind: 'composite'; readonly sampler: ComposableSettings };

/** What the parent of a span says goes first. */
export interface ParentBasedSettings {
  readonly kind: 'parent_based';
  readonly root: SamplerSettings;
  readonly remoteParentSampled: SamplerSettings;
  readonly remoteParentNotSampled: SamplerSettings;
  readonly localParentSampled: SamplerSettings;
  readonly localParentNotSampled: SamplerSettings;
}

/** A number of traces a second, whatever comes. */
export interface RateLimitingSettings {
  readonly kind: 'rate_limiting';
  readonly tracesPerSecond: number;
  /** Traces that may come at once. */
  readonly burst: number;
  /** Attribute of the start of a span; each value has the rate for itself. */
  readonly key: string | undefined;
}

/** A ratio that follows the load. */
export interface AdaptiveSettings {
  readonly kind: 'adaptive';
  readonly tracesPerSecond: number;
  /** Least and largest ratio. */
  readonly min: number;
  readonly max: number;
}

/** The first rule that matches decides. `Inner` is the kind of sampler that a sampler holds. */
export interface RulesSettings<Inner> {
  readonly kind: 'rules';
  readonly rules: readonly RuleSettings<Inner>[];
  readonly fallback: Inner;
}

/** Records what any sampler records, or only what all samplers record. */
export interface JoinedSettings<Inner> {
  readonly kind: 'any' | 'all';
  readonly samplers: readonly Inner[];
}

/** A module of the user. */
export interface ModuleSettings {
  readonly kind: 'module';
  readonly module: string;
  /** Folder from which the module is searched. */
  readonly from: string;
  readonly options: unknown;
}

/** Samplers of this package. */
export type OwnSamplerSettings<Inner> =
  | RateLimitingSettings
  | AdaptiveSettings
  | RulesSettings<Inner>
  | JoinedSettings<Inner>
  | ModuleSettings;

/** A rule of `llm_otel_rules`. */
export interface RuleSettings<Inner> {
  readonly name: string;
  /** As a configuration file has the match. */
  readonly match: unknown;
  readonly sampler: Inner;
}

/** A sampler inside of `composite/development`. */
export type ComposableSettings =
  | { readonly kind: 'always_on' | 'always_off' }
  | { readonly kind: 'probability'; readonly ratio: number }
  | { readonly kind: 'parent_threshold'; readonly root: ComposableSettings }
  | { readonly kind: 'rule_based'; readonly rules: readonly RuleBasedRule[] }
  | RateLimitingSettings
  | AdaptiveSettings
  | RulesSettings<ComposableSettings>
  | JoinedSettings<ComposableSettings>
  | ModuleSettings;

/** A rule of the standard's `rule_based`: all conditions hold; without conditions the rule takes every span. */
export interface RuleBasedRule {
  readonly attributeValues: { readonly key: string; readonly values: readonly string[] } | undefined;
  readonly attributePatterns:
    | {
        readonly key: string;
        readonly included: readonly string[] | undefined;
        readonly excluded: readonly string[] | undefined;
      }
    | undefined;
  readonly spanKinds: readonly string[] | undefined;
  readonly parent: readonly string[] | undefined;
  readonly sampler: ComposableSettings;
}

/** A sampler that follows the parent, and `root` for spans without a parent. */
export function parentBased(root: SamplerSettings): ParentBasedSettings {
  return {
    kind: 'parent_based',
    root,
    remoteParentSampled: { kind: 'always_on' },
    remoteParentNotSampled: { kind: 'always_off' },
    localParentSampled: { kind: 'always_on' },
    localParentNotSampled: { kind: 'always_off' },
  };
}
