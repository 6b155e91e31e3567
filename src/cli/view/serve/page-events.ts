import type { ServerResponse } from 'node:http';
import type { Stats, TraceChange } from '../../../viewer/page-data.ts';
import type { ViewedData } from '../store/viewed-data.ts';

/** Two events a tick: 10 events a second at most. */
const TICK_MS = 200;
/** Keeps proxies and laptops from cutting a quiet connection. */
const PING_MS = 15_000;

/** Sends changes to open pages, as server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export class PageEvents {
  readonly #data: ViewedData;
  readonly #endpoint: () => string;
  readonly #pages = new Set<ServerResponse>();
  readonly #changed = new Set<string>();
  #tick: NodeJS.Timeout | undefined;
  readonly #ping: NodeJS.Timeout;

  constructor(data: ViewedData, endpoint: () => string) {
    this.#data = data;
    this.#endpoint = endpoint;
    data.onChange((traceIds) => {
      for (const traceId of traceIds) this.#changed.add(traceId);
      this.#plan();
    });
    this.#ping = setInterval(() => this.#write(': ping\n\n'), PING_MS);
    this.#ping.unref();
  }

  /** Opens the stream of a page. */
  open(res: ServerResponse): void {
    this.#pages.add(res);
    res.on('close', () => this.#pages.delete(res));
    res.write(`retry: 1000\n\n${eventText('stats', this.#stats())}`);
  }

  /** Tells the pages that everything was forgotten. */
  clear(): void {
    this.#changed.clear();
    this.#write(eventText('clear', {}));
    this.#plan();
  }

  /** Ends all streams. */
  close(): void {
    clearInterval(this.#ping);
    clearTimeout(this.#tick);
    for (const page of this.#pages) page.end();
  }

  #plan(): void {
    if (this.#tick !== undefined || this.#pages.size === 0) {
      if (this.#pages.size === 0) this.#changed.clear();
      return;
    }
    this.#tick = setTimeout(() => {
      this.#tick = undefined;
      this.#send();
    }, TICK_MS);
    this.#tick.unref();
  }

  #send(): void {
    const rows = [...this.#changed].map((traceId) => this.#data.row(traceId)).filter((row) => row !== undefined);
    this.#changed.clear();
    const newest = rows.reduce<(typeof rows)[number] | undefined>(
      (latest, row) => (latest === undefined || row.startTime >= latest.startTime ? row : latest),
      undefined,
    );
    if (newest !== undefined) {
      const change: TraceChange = { ...newest, traceIds: rows.map(({ traceId }) => traceId) };
      this.#write(eventText('trace', change));
    }
    this.#write(eventText('stats', this.#stats()));
  }

  #stats(): Stats {
    return this.#data.stats(this.#endpoint());
  }

  #write(text: string): void {
    for (const page of this.#pages) page.write(text);
  }
}

const eventText = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
