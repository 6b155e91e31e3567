import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { treeSettings } from '../../config/sdk/tree-settings.ts';
import type { TreeOptions } from '../../pipeline/exporters/tree/draw-trace.ts';
import type { TreeSpan } from '../../pipeline/exporters/tree/spans/tree-span.ts';
import { load } from '../../pipeline/load.ts';
import { type CommandContext, type CommandLine, type ExitCode, UsageError } from '../command.ts';
import { otlpSpans } from './otlp-spans.ts';
import { textLines } from './text-lines.ts';

type Tree = typeof import('../../pipeline/exporters/tree/tree-exporter.ts');

/** `tree [FILE|-]`: draws OTLP JSON lines. A file is drawn as a whole, and standard input trace by trace as the traces end. */
export async function run(line: CommandLine, context: CommandContext): Promise<ExitCode> {
  const [file = '-', ...more] = line.operands;
  if (more.length > 0) throw new UsageError(`tree: expected one file, got "${more[0]}" too`);
  if (file === '-' && process.stdin.isTTY)
    throw new UsageError('tree: expected a file, or OTLP JSON lines on standard input');
  const { TraceCollector, TraceDrawer } = load<Tree>('pipeline-tree');
  const drawer = new TraceDrawer(treeOptions(line, context));
  let isEmpty = true;
  const draw = (spans: readonly TreeSpan[]): void => {
    const text = drawer.draw(spans);
    isEmpty &&= text === '';
    if (text !== '') context.write(text);
  };
  const source = new SpanSource(file, context);
  if (file === '-') {
    const collector = new TraceCollector({ waitMs: treeSettings(context.env).wait, onTrace: draw });
    for await (const span of source.spans(process.stdin)) collector.add(span);
    collector.flush();
  } else for (const spans of await tracesOf(source.spans(await openFile(file)))) draw(spans);
  const total = drawer.drawTotal();
  if (total !== '') context.write(total);
  if (isEmpty) context.report(`${source.name}: no span of a model call`);
  return source.isBroken ? 1 : 0;
}

function treeOptions({ options }: CommandLine, { env, look }: CommandContext): () => TreeOptions {
  const { width, all } = treeSettings(env);
  return () => ({
    ...look(),
    width: typeof options.width === 'string' ? Number(options.width) : (width ?? look().width),
    all: options.all === true || all,
    content: options.content === true,
  });
}

async function openFile(file: string): Promise<AsyncIterable<Uint8Array>> {
  try {
    if ((await stat(file)).isDirectory()) throw new UsageError(`tree: "${file}" is a directory`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`tree: "${file}" cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  return createReadStream(file);
}

/** The traces of a file, in the order of their first spans in time. */
async function tracesOf(spans: AsyncIterable<TreeSpan>): Promise<readonly (readonly TreeSpan[])[]> {
  const traces = new Map<string, TreeSpan[]>();
  for await (const span of spans) {
    const trace = traces.get(span.traceId);
    if (trace === undefined) traces.set(span.traceId, [span]);
    else trace.push(span);
  }
  const startOf = (trace: readonly TreeSpan[]): number =>
    trace.reduce((first, { startMs }) => Math.min(first, startMs), Number.POSITIVE_INFINITY);
  return [...traces.values()]
    .map((trace) => ({ trace, start: startOf(trace) }))
    .sort((a, b) => a.start - b.start)
    .map(({ trace }) => trace);
}

/** Most broken lines with a message each. */
const MOST_TOLD = 5;

/** Reads spans, and tells lines that are no OTLP. */
class SpanSource {
  readonly name: string;
  readonly #context: CommandContext;
  #broken = 0;

  constructor(file: string, context: CommandContext) {
    this.name = file === '-' ? 'standard input' : file;
    this.#context = context;
  }

  get isBroken(): boolean {
    return this.#broken > 0;
  }

  async *spans(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TreeSpan> {
    for await (const { number, text } of textLines(bytes)) {
      const spans = otlpSpans(parsed(text));
      if (spans === undefined) this.#tell(number);
      else yield* spans;
    }
    if (this.#broken > MOST_TOLD) this.#context.report(`${this.name}: ${this.#broken} lines are no OTLP JSON`);
  }

  #tell(number: number): void {
    this.#broken++;
    if (this.#broken <= MOST_TOLD)
      this.#context.report(
        `${this.name}:${number}: expected a line of OTLP JSON, such as OTEL_TRACES_EXPORTER=otlp/file writes`,
      );
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
