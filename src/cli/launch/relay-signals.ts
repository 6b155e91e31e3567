import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';

const RELAYED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** Signals of a terminal to all processes in the foreground: the program has the signal already. */
const FROM_KEYBOARD: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT']);

/** The place of a process among the groups of a terminal. */
export interface TerminalPlace {
  /** The process is in the foreground of a terminal. */
  readonly isForeground: boolean;
  /** The terminal belongs to the process: a hang-up reaches no further process. */
  readonly isLeader: boolean;
}

/** Reads `/proc/self/stat`. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export function readPlace(stat: string): TerminalPlace {
  // The name of the program is in parentheses, and may hold spaces and parentheses.
  const [pid] = stat.split(' ', 1);
  const [, , group, session, terminal, foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { isForeground: terminal !== '0' && foreground === group, isLeader: pid === session };
}

function placeOfProcess(): TerminalPlace {
  try {
    return readPlace(readFileSync('/proc/self/stat', 'latin1'));
  } catch {
    return { isForeground: [0, 1, 2].some((fd) => isatty(fd)), isLeader: false };
  }
}

/** Whether the program has to be told of a signal, which a terminal may have sent to the program too. */
export function needsRelay(signal: NodeJS.Signals, atStart: TerminalPlace, now: TerminalPlace): boolean {
  if (FROM_KEYBOARD.has(signal)) return !now.isForeground;
  // A terminal that is closed leaves its processes, and its shell sends SIGHUP to the whole group.
  if (signal === 'SIGHUP') return !atStart.isForeground || now.isForeground || atStart.isLeader;
  return true;
}

/** Sends the signals of this process to `child`, and keeps this process alive. Returns a function that ends the relay. */
export function relaySignals(child: ChildProcess): () => void {
  const atStart = placeOfProcess();
  const relay = (signal: NodeJS.Signals): void => {
    if (needsRelay(signal, atStart, placeOfProcess())) child.kill(signal);
  };
  for (const signal of RELAYED) process.on(signal, relay);
  return () => {
    for (const signal of RELAYED) process.removeListener(signal, relay);
  };
}
