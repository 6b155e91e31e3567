import type { TreeSettings } from '../../../config/sdk/tree-settings.ts';
import type { OutputStream } from '../../../runtime/write-output.ts';
import type { TreeOptions } from './draw-trace.ts';

const DEFAULT_WIDTH = 100;

/** How to draw on `stream`. Asked for each trace: the width of a terminal changes. */
export function terminalOptions(settings: TreeSettings, stream: OutputStream): TreeOptions {
  const { width, columns, colors, ascii, all } = settings;
  const isTerminal = stream.isTTY === true;
  return {
    // A terminal of unknown width says 0.
    width: width ?? ((isTerminal && stream.columns) || columns || DEFAULT_WIDTH),
    colors: colors ?? (isTerminal && !ascii),
    ascii,
    all,
    content: true,
  };
}
