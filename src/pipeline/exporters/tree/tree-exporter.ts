/** The tree as an exporter: prints model calls on the terminal when the trace of the calls has ended. */
import type { TreeSettings } from '../../../config/sdk/tree-settings.ts';
import { swallow } from '../../../runtime/guard.ts';
import { outputStream, writeOutput } from '../../../runtime/write-output.ts';
import { drawCallJson } from './call-json.ts';
import { TraceDrawer } from './draw-trace.ts';
import { type EndedSpan, fromEndedSpan } from './spans/ended-span.ts';
import { RecentKeys } from './spans/recent-keys.ts';
import type { TreeSpan } from './spans/tree-span.ts';
import { terminalOptions } from './terminal.ts';
import { TraceCollector } from './trace-collector.ts';

// The command line draws with the same part of the build.
export { TraceCollector, TraceDrawer };

/** `ExportResultCode.SUCCESS` */
const SUCCESS = 0;

/** Prints spans; the pipeline tells when the process ends. */
export class TreePrinter {
  readonly #settings: TreeSettings;
  readonly #drawer: TraceDrawer;
  readonly #collector: TraceCollector;
  readonly #printed = new RecentKeys();
  #isOver = false;

  constructor(settings: TreeSettings) {
    this.#settings = settings;
    this.#drawer = new TraceDrawer(() => terminalOptions(settings, outputStream(settings.output)));
    this.#collector = new TraceCollector({
      waitMs: settings.wait,
      onTrace: (spans) => this.#print(() => this.#drawer.draw(spans)),
    });
  }

  /** Takes finished spans. */
  export(spans: readonly EndedSpan[], done: (result: { readonly code: number }) => void): void {
    for (const span of spans) this.#take(span);
    done({ code: SUCCESS });
  }

  /** Prints everything. */
  forceFlush(): Promise<void> {
    this.#collector.flush();
    return Promise.resolve();
  }

  /** Prints everything and the total. */
  shutdown(): Promise<void> {
    this.#collector.flush();
    if (!this.#isOver) this.#print(() => this.#drawer.drawTotal());
    this.#isOver = true;
    return Promise.resolve();
  }

  #take(span: EndedSpan): void {
    try {
      const taken: TreeSpan = fromEndedSpan(span);
      if (this.#settings.format !== 'json') this.#collector.add(taken);
      // The end of the process hands over unfinished exports again.
      else if (this.#printed.add(taken.traceId + taken.spanId)) this.#print(() => drawCallJson(taken));
    } catch (error) {
      swallow(error);
    }
  }

  #print(draw: () => string): void {
    try {
      const text = draw();
      if (text !== '') writeOutput(this.#settings.output, text);
    } catch (error) {
      swallow(error);
    }
  }
}
