import type { Env } from '../config/env.ts';
import { treeSettings } from '../config/sdk/tree-settings.ts';
import type { OutputStream } from '../runtime/write-output.ts';

/** How to draw on an output. */
export interface TerminalLook {
  /** Cells of a line. */
  readonly width: number;
  readonly colors: boolean;
  /** The terminal has ASCII alone. */
  readonly ascii: boolean;
}

const DEFAULT_WIDTH = 100;

/** How to draw on `stream`, by the same variables as the tree. */
export function terminalLook(env: Env, stream: OutputStream): TerminalLook {
  const { columns, colors, ascii } = treeSettings(env);
  const isTerminal = stream.isTTY === true;
  return {
    width: (isTerminal && stream.columns) || columns || DEFAULT_WIDTH,
    colors: colors ?? (isTerminal && !ascii),
    ascii,
  };
}
