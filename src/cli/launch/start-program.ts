import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { UsageError } from '../command.ts';
import type { Program } from './program.ts';
import { channelSerialization, hasChannel, relayMessages } from './relay-messages.ts';
import { relaySignals } from './relay-signals.ts';

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Starts a program and waits for the end. Signals and messages reach the program. Throws {@link UsageError} if the program cannot
 * be started.
 * @param stdout where the output of the program goes: its own place, or stderr
 */
export async function startProgram(
  { command, args, env }: Program,
  stdout: 'inherit' | 2 = 'inherit',
): Promise<ProgramEnd> {
  const child = spawn(command, args, {
    env,
    stdio: hasChannel() ? ['inherit', stdout, 'inherit', 'ipc'] : ['inherit', stdout, 'inherit'],
    serialization: channelSerialization(),
  });
  const endRelay = relaySignals(child);
  try {
    const [end] = await Promise.all([endOf(child), relayMessages(child)]);
    return end;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'ENOENT' ? `no such command "${command}"` : `"${command}" cannot be started (${code})`,
    );
  } finally {
    endRelay();
  }
}

async function endOf(child: ChildProcess): Promise<ProgramEnd> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return { code, signal };
}

/** Exit codes of a shell for a program that a signal has ended. */
const SIGNAL_CODES = 128;

/** Ends this process as the program has ended. Returns the exit code, unless a signal ends this process. */
export function endLike({ code, signal }: ProgramEnd): number {
  if (signal === null) return code ?? 1;
  process.kill(process.pid, signal);
  // Node ignores SIGPIPE, and acts on a signal after this turn.
  return SIGNAL_CODES + (constants.signals[signal] ?? 0);
}
