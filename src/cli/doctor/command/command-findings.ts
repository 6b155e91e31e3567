import { type Env, envText } from '../../../config/env.ts';
import { asksForUsage } from '../../../providers/openai/stream-usage.ts';
import { type CheckResult, type Finding, fail, ok, warn } from '../finding.ts';
import type { PatchedSdk, ProcessReport } from './process-report.ts';
import type { CommandReport } from './run-command.ts';

/** Numbers of all processes of a command. */
export type CommandCounts = Pick<ProcessReport, 'calls' | 'errors' | 'spans' | 'exported' | 'dropped'>;

/** The sum of all processes. */
export function commandCounts({ processes }: CommandReport): CommandCounts {
  const sum = (name: keyof CommandCounts): number => processes.reduce((total, one) => total + one[name], 0);
  return {
    calls: sum('calls'),
    errors: sum('errors'),
    spans: sum('spans'),
    exported: sum('exported'),
    dropped: sum('dropped'),
  };
}

/** The patched copies of SDKs of all processes. */
export const commandPatched = ({ processes }: CommandReport): PatchedSdk[] => [
  ...new Map(
    processes
      .flatMap(({ patched }) => patched)
      .map((sdk) => [JSON.stringify([sdk.package, sdk.version, sdk.format]), sdk]),
  ).values(),
];

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Findings about the run of a command with the variables `env`. */
export function commandFindings(report: CommandReport, env: Env): Finding[] {
  const withId = (id: string, results: readonly CheckResult[]): Finding[] =>
    results.map((result) => ({ id, ...result }));
  return [
    ...withId('command', [commandResult(report)]),
    ...withId('command-late', lateResults(report)),
    ...withId('command-lost', lostResults(report)),
    ...withId('stream-usage', streamResults(report, env)),
    ...withId('command-exit', [ok(exitText(report))]),
  ];
}

function commandResult(report: CommandReport): CheckResult {
  const patched = commandPatched(report).map((sdk) => `${sdk.package} ${sdk.version ?? ''}`.trim());
  const { calls, errors, spans } = commandCounts(report);
  if (patched.length === 0)
    return fail(
      report.processes.length === 0
        ? 'the command has loaded no register'
        : 'the command has loaded no SDK that is recorded',
      'run the program that calls the model, such as: npx @x/llm-otel doctor -- node app.js',
    );
  if (calls === 0)
    return warn(`${patched.join(', ')} patched, and no model was called`, 'run a command that calls a model');
  return ok(
    `${patched.join(', ')} patched: ${plural(calls, 'model call')}, ${plural(errors, 'error')}, ${plural(spans, 'span')}`,
  );
}

function lateResults({ processes }: CommandReport): CheckResult[] {
  const requests = [...new Set(processes.flatMap(({ missed }) => missed))];
  return requests.map((request) =>
    fail(
      `${request} made a request that is not recorded: it was loaded before register, or it is bundled`,
      'start with node --import @x/llm-otel/register, and keep the SDK out of the bundle: docs/bundlers.md',
      { subject: request.split(' ', 1).join('') },
    ),
  );
}

function lostResults(report: CommandReport): CheckResult[] {
  const { spans, exported, dropped } = commandCounts(report);
  const lost = Math.max(dropped, spans - exported);
  if (lost === 0) return [];
  const reason = report.processes.find(({ lastError }) => lastError !== undefined)?.lastError;
  return [
    fail(
      `${plural(lost, 'span')} of ${spans} did not arrive${reason === undefined ? '' : `: ${reason}`}`,
      'follow the fix of otlp-traces, or see model calls on the terminal: export LLM_OTEL_CONSOLE=1',
    ),
  ];
}

const STREAM_USAGE = 'LLM_OTEL_STREAM_USAGE';

/** Streams without token counts. `inject` asks OpenAI alone: any other host has to stand in the variable. */
function streamResults({ processes }: CommandReport, env: Env): CheckResult[] {
  const hosts = [...new Set(processes.flatMap(({ withoutCounts }) => withoutCounts))];
  if (hosts.length === 0) return [];
  const setting = envText(env, STREAM_USAGE) ?? 'off';
  const listed = setting === 'off' || setting === 'inject' ? [] : [setting];
  const value = [...listed, ...hosts.filter((host) => !asksForUsage('inject', host))].join(',') || 'inject';
  return [
    warn(
      `streams of ${hosts.join(', ')} ended without token counts`,
      `export ${STREAM_USAGE}=${value}, or add stream_options: { include_usage: true } to the requests`,
      { subject: 'command' },
    ),
  ];
}

const exitText = ({ end: { code, signal } }: CommandReport): string =>
  signal === null ? `the command ended with ${code}` : `the command was ended by ${signal}`;
