/** Steps and conditions in code, with the names of the configuration file. */
import type { AttributeValue } from '@opentelemetry/api';
import type { DetectorName } from '../../facts/detector-names.ts';

/** A glob (`*`, `?`), several, or a regular expression of RE2. */
export type TextCondition = string | readonly string[] | { readonly regex: string };

/** Globs (`*`, `?`). */
export type Globs = string | readonly string[];

/** Bounds of a number. */
export interface RangeCondition {
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
}

/** A condition about the value of an attribute. Lists fit if an item fits. */
export type ValueCondition =
  | string
  | number
  | boolean
  | readonly (string | number | boolean)[]
  | (RangeCondition & { readonly exists?: boolean; readonly regex?: string });

/** Conditions about a span or a log record, all of which have to hold. */
export interface MatchOption {
  readonly name?: TextCondition;
  readonly scope?: TextCondition;
  /** `internal`, `server`, `client`, `producer` or `consumer`. */
  readonly kind?: TextCondition;
  /** `unset`, `ok` or `error`. */
  readonly status?: TextCondition;
  /** `none`, `local` or `remote`. */
  readonly parent?: TextCondition;
  /** Name of an event. */
  readonly events?: TextCondition;
  readonly attributes?: Readonly<Record<string, ValueCondition>>;
  readonly resource?: Readonly<Record<string, ValueCondition>>;
  /** Milliseconds. */
  readonly duration?: RangeCondition;
  /** The span of a model call, an agent, a tool: an item with `gen_ai.operation.name`. */
  readonly llm?: boolean;
  readonly any?: readonly MatchOption[];
  readonly all?: readonly MatchOption[];
  readonly not?: MatchOption;
}

/** A step: an object with exactly one key. docs/shaping.md describes the steps. */
export interface StepOption {
  readonly filter?: { readonly drop: MatchOption } | { readonly keep: MatchOption } | { readonly llmOnly: boolean };
  readonly events?: { readonly drop?: Globs; readonly keep?: Globs };
  readonly attributes?: {
    readonly drop?: Globs;
    readonly keep?: Globs;
    readonly hash?: Globs;
    readonly mask?: Globs;
    readonly truncate?: { readonly keys?: Globs; readonly max: number };
    readonly on?: readonly ('span' | 'event' | 'link' | 'resource')[];
  };
  readonly enrich?: {
    readonly attributes?: Readonly<Record<string, AttributeValue>>;
    readonly env?: Readonly<Record<string, string>>;
    readonly resource?: Globs;
    readonly baggage?: Globs;
    readonly module?: string;
    readonly overwrite?: boolean;
  };
  readonly transform?: {
    readonly when?: MatchOption;
    readonly set?: Readonly<Record<string, AttributeValue>>;
    readonly rename?: Readonly<Record<string, string>>;
    readonly copy?: Readonly<Record<string, string>>;
    readonly delete?: Globs;
    readonly name?: string;
  };
  readonly preset?: { readonly name: string; readonly mode?: 'copy' | 'replace' };
  readonly redact?: {
    readonly detectors?: 'all' | readonly DetectorName[];
    readonly patterns?: readonly { readonly name: string; readonly regex: string }[];
    readonly allow?: readonly { readonly regex: string }[];
    readonly mode?: 'mask' | 'hash';
    readonly keys?: Globs;
  };
  readonly module?: { readonly module: string; readonly options?: unknown };
}
