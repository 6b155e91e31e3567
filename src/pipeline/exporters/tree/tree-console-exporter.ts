import { type TreeSettings, treeSettings } from '../../../config/sdk/tree-settings.ts';
import { load } from '../../load.ts';
import type { EndedSpan } from './spans/ended-span.ts';
import type { TreePrinter } from './tree-exporter.ts';

/** How {@link TreeConsoleSpanExporter} prints. An option goes before its variable. */
export interface TreeConsoleOptions {
  /** `json`: on stderr one object a model call, in place of the tree. Default `stderr`. `LLM_OTEL_CONSOLE` */
  readonly output?: 'stderr' | 'stdout' | 'json';
  /** Cells of a line, 60 to 200. Default: the width of the terminal. `LLM_OTEL_CONSOLE_WIDTH` */
  readonly width?: number;
  /** Every span has a row, not only LLM spans and the ancestors of LLM spans. Default `false`. `LLM_OTEL_CONSOLE_ALL` */
  readonly all?: boolean;
  /** Milliseconds after which spans are printed without their root. Default 5000. `LLM_OTEL_CONSOLE_WAIT` */
  readonly wait?: number;
  /** Default: colours on a terminal. `NO_COLOR`, `FORCE_COLOR` */
  readonly colors?: boolean;
}

/** Printers that nobody has shut down. One listener prints what all printers hold, however many exporters there are. */
const open = new Set<TreePrinter>();

/** Applications end without a shutdown of the SDK, and traces wait for a moment before the tree is printed. */
function printAtExit(printer: TreePrinter): void {
  if (open.size === 0) process.once('exit', printAll);
  open.add(printer);
}

function leaveExit(printer: TreePrinter): void {
  if (open.delete(printer) && open.size === 0) process.removeListener('exit', printAll);
}

function printAll(): void {
  for (const printer of open) void printer.shutdown();
  open.clear();
}

const OUTPUTS: readonly unknown[] = [undefined, 'stderr', 'stdout', 'json'];

function settingsOf({ output, width, all, wait, colors }: TreeConsoleOptions): TreeSettings {
  const fault = (name: string, expected: string): TypeError =>
    new TypeError(`TreeConsoleSpanExporter: ${name}: expected ${expected}`);
  if (!OUTPUTS.includes(output)) throw fault('output', 'stderr, stdout or json');
  if (width !== undefined && !(Number.isInteger(width) && width > 0)) throw fault('width', 'a positive whole number');
  if (wait !== undefined && !(Number.isInteger(wait) && wait >= 0)) throw fault('wait', 'milliseconds, 0 or more');
  const tree = treeSettings();
  return {
    ...tree,
    ...(output === undefined ? {} : { output: output === 'stdout' ? output : 'stderr' }),
    ...(output === undefined ? {} : { format: output === 'json' ? 'json' : 'tree' }),
    width: width ?? tree.width,
    all: all ?? tree.all,
    wait: wait ?? tree.wait,
    colors: colors ?? tree.colors,
  };
}

/**
 * Prints model calls as a tree, for an SDK of the application. Use a `SimpleSpanProcessor`: a batch would delay the tree. The
 * code that draws is loaded with the first exporter.
 *
 * @example
 * new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new TreeConsoleSpanExporter())] }).register();
 */
export class TreeConsoleSpanExporter {
  readonly #printer: TreePrinter;

  /** @param options go before the variables `LLM_OTEL_CONSOLE*`. Throws a TypeError at options that cannot be used. */
  constructor(options: TreeConsoleOptions = {}) {
    const { TreePrinter: Printer } = load<typeof import('./tree-exporter.ts')>('pipeline-tree');
    const printer = new Printer(settingsOf(options));
    this.#printer = printer;
    printAtExit(printer);
  }

  /** Takes finished spans. Never throws. */
  export(spans: readonly object[], done: (result: { code: number }) => void): void {
    this.#printer.export(spans as readonly EndedSpan[], done);
  }

  /** Prints everything. */
  forceFlush(): Promise<void> {
    return this.#printer.forceFlush();
  }

  /** Prints everything, and the total of all traces. */
  shutdown(): Promise<void> {
    leaveExit(this.#printer);
    return this.#printer.shutdown();
  }
}
