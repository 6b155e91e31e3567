import { firstLine } from '../../runtime/log.ts';
import { writeLine } from '../../runtime/write-output.ts';
import { CLOCK, type Clock } from '../batches/pipeline-clock.ts';
import { escapeControls } from '../escape-controls.ts';
import type { Decision } from './decision-counts.ts';
import { whenSamplingEnds } from './running-sampler.ts';

/** Most lines in a second. */
const MOST_LINES = 20;
const SECOND_MS = 1000;

let shared: SamplingLog | undefined;

/** The log that all samplers and pipelines of a process share. */
export function samplingLog(): SamplingLog {
  if (shared === undefined) {
    const log = new SamplingLog();
    whenSamplingEnds(() => log.end());
    shared = log;
  }
  return shared;
}

/** Names of spans and of rules come from applications, which may be plain JavaScript: a name may be no text. */
const textOf = (name: unknown): string => escapeControls(typeof name === 'string' ? name : firstLine(name));

/** Writes a line on stderr for each decision: 20 lines in a second, then how many more there were. */
export class SamplingLog {
  readonly #clock: Clock;
  #lines = 0;
  #more = 0;
  #isOpen = false;

  constructor(clock: Clock = CLOCK) {
    this.#clock = clock;
  }

  /** `@x/llm-otel: sampling: record fallback chat gpt-5 4bf92f3577b34da6a3ce929d0e0e4736` */
  write(decision: Decision, rule: string, spanName: string, traceId: string): void {
    if (!this.#isOpen) this.#open();
    if (this.#lines >= MOST_LINES) {
      this.#more++;
      return;
    }
    this.#lines++;
    writeLine(`@x/llm-otel: sampling: ${decision} ${textOf(rule)} ${textOf(spanName)} ${traceId}`);
  }

  /** Writes the count of this second, at the end of the process too. */
  end(): void {
    if (this.#more > 0) writeLine(`@x/llm-otel: sampling: ${this.#more} more`);
    this.#more = 0;
    this.#lines = 0;
    this.#isOpen = false;
  }

  #open(): void {
    this.#isOpen = true;
    this.#clock.after(SECOND_MS, () => this.end());
  }
}
