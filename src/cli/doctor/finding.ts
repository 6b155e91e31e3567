import type { SdkSettings } from '../../config/sdk/sdk-settings.ts';
import type { Project } from './project/read-project.ts';

/** What a check says about the project. */
export type FindingStatus = 'ok' | 'warn' | 'fail' | 'skip';

/** One line of the answer. */
export interface Finding {
  readonly id: string;
  readonly status: FindingStatus;
  /** The package, variable or signal that the finding is about. */
  readonly subject?: string;
  readonly message: string;
  /** What to do. Every warning and every failure has one. */
  readonly fix?: string;
  readonly file?: string;
  readonly detail?: string;
}

/** A finding without its id, which is in the table of checks. */
export type CheckResult = Omit<Finding, 'id'>;

/** What all checks share. */
export interface DoctorContext {
  readonly project: Project;
  /** What the variables and the configuration file say; the defaults where neither can be used. */
  readonly sdk: SdkSettings;
  /** Messages about variables that cannot be used. */
  readonly warnings: readonly string[];
  /** Problems of the configuration file, a line each, and its path. */
  readonly configFile: { readonly path: string; readonly problems: readonly string[] } | undefined;
  readonly nodeVersion: string;
  readonly network: boolean;
  readonly send: boolean;
  readonly timeoutMs: number;
}

/** A check: no result means that there is nothing to say. */
export type Check = (context: DoctorContext) => readonly CheckResult[] | Promise<readonly CheckResult[]>;

/** A result that is fine. */
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

/** A result that keeps telemetry from working. */
export const fail = (message: string, fix: string, more: Partial<CheckResult> = {}): CheckResult => ({
  status: 'fail',
  message,
  fix,
  ...more,
});
