import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Env } from '../../config/env.ts';
import type { CommandContext, CommandLine } from '../command.ts';
import { commandProgram, type Program } from '../launch/program.ts';
import { programEnvironment } from '../launch/program-environment.ts';
import { endLike, startProgram } from '../launch/start-program.ts';
import { type RunningView, startView } from './start-view.ts';
import { readViewOptions, type ViewOptions } from './view-options.ts';

/** In the package the page stands beside the command line. */
const PAGE_FOLDER = join(__dirname, '..', 'viewer');

/** What a program sends is to be seen at once. Milliseconds. */
const DELAYS = {
  OTEL_BSP_SCHEDULE_DELAY: '200',
  OTEL_BLRP_SCHEDULE_DELAY: '200',
  OTEL_METRIC_EXPORT_INTERVAL: '1000',
} as const;

/** Endpoints of one signal go before the general one: a program would send its spans past the view. */
const SIGNAL_VARIABLES = ['TRACES', 'METRICS', 'LOGS'].flatMap((signal) => [
  `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`,
  `OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`,
]);

/** `view`: receives telemetry and shows a page, until a signal or the program ends the view. */
export async function run(line: CommandLine, context: CommandContext): Promise<number> {
  const options = readViewOptions(line);
  const { program } = options;
  if (program.length > 0) {
    const wishes = { content: true, console: false, otlp: true, envFiles: [] };
    const variables = programEnvironment(context.env, wishes);
    return showProgram(options, variables, (env) => commandProgram(program, env), context);
  }
  const view = await openView(options, context);
  await signalToEnd();
  await view.close();
  return 0;
}

/** `run --view`: a view with the default options for a program. */
export async function viewProgram(variables: Env, start: StartProgram, context: CommandContext): Promise<number> {
  const options = readViewOptions({ options: {}, repeated: {}, operands: [], program: undefined });
  return showProgram({ ...options, hasProgram: true }, variables, start, context);
}

/** Makes the program from the variables of its environment. */
type StartProgram = (env: Env) => Program;

async function openView(options: ViewOptions, { print, report }: CommandContext): Promise<RunningView> {
  const view = await startView(options, PAGE_FOLDER, report);
  const { ui, otlp, grpc } = view;
  if (options.hasJson) print(JSON.stringify({ ui, otlp, grpc, pid: process.pid }));
  else print(`llm-otel view: ${ui} (OTLP ${otlp}, gRPC ${grpc ?? 'off: port taken'})`);
  if (options.opens) openBrowser(ui, report);
  return view;
}

async function showProgram(
  options: ViewOptions,
  env: Env,
  start: StartProgram,
  context: CommandContext,
): Promise<number> {
  const { exits, token } = options;
  const view = await openView(options, context);
  const variables: Record<string, string | undefined> = { ...DELAYS, ...env };
  for (const name of SIGNAL_VARIABLES) delete variables[name];
  variables.OTEL_EXPORTER_OTLP_ENDPOINT = view.otlp;
  variables.OTEL_EXPORTER_OTLP_PROTOCOL = 'http/protobuf';
  if (token !== undefined) variables.OTEL_EXPORTER_OTLP_HEADERS = `authorization=Bearer%20${encodeURIComponent(token)}`;
  const stays = process.stdout.isTTY === true && !exits;
  try {
    const end = await startProgram(start(variables));
    if (stays) await signalToEnd();
    await view.close();
    return stays ? 0 : endLike(end);
  } catch (error) {
    await view.close();
    throw error;
  }
}

/** Resolves at SIGINT or SIGTERM. */
function signalToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [command: string, ...args: string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

function openBrowser(url: string, report: (message: string) => void): void {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => report(`--open: no browser could be started; open ${url}`));
  child.unref();
}
