import type { SdkSettings } from '../../config/sdk/sdk-settings.ts';
import type { Project } from './project/read-project.ts';

/** The state of a check. */
export type FindingStatus = 'ok' | 'warn' | 'fail' | 'skip';

/** A line of the answer. */
export interface Finding {
  readonly id: string;
  readonly status: FindingStatus;
  /** The package, variable or signal of the finding. */
  readonly subject?: string;
  readonly message: string;
  /** The remedy, for every warning and every failure. */
  readonly fix?: string;
  readonly file?: string;
  readonly detail?: string;
}

/** A finding without the id: the table of checks has the id. */
export type CheckResult = Omit<Finding, 'id'>;

/** The data of all checks. */
export interface DoctorContext {
  readonly project: Project;
  /** The settings of variables and configuration file; the defaults where neither can be used. */
  readonly sdk: SdkSettings;
  /** Messages about unusable variables. */
  readonly warnings: readonly string[];
  /** Problems of the configuration file, a line each, and the path. */
  readonly configFile: { readonly path: string; readonly problems: readonly string[] } | undefined;
  readonly nodeVersion: string;
  readonly network: boolean;
  readonly send: boolean;
  readonly timeoutMs: number;
}

/** A check: no result means no news. */
export type Check = (context: DoctorContext) => readonly CheckResult[] | Promise<readonly CheckResult[]>;

/** A good result. */
export const ok = (message: string, more: Partial<CheckResult> = {}): CheckResult => ({
  status: 'ok',
  message,
  ...more,
});

/** A result with a fix. */
export const warn = (message: string, fix: string, more: Partial<CheckResult> = {}): CheckResult => ({
  status: 'warn',
  message,
  fix,
  ...more,
});

/** A result for broken telemetry. */
export const fail = (message: string, fix: string, more: Partial<CheckResult> = {}): CheckResult => ({
  status: 'fail',
  message,
  fix,
  ...more,
});
