/**
 * The process that a run of the table lives in. One process is one module system with or without instrumentation:
 * unhandled rejections are process-wide, and an SDK is loaded once.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { appendFileSync } from 'node:fs';
import { CASES } from './cases/index.ts';
import { describe, describeError, stable } from './describe.ts';
import { KITS, type Provider } from './kits/index.ts';
import { type Script, type ScriptedServer, startServer } from './server.ts';
import { NO_TELEMETRY, type Telemetry } from './telemetry.ts';
import { watchTransport } from './transport.ts';
import type { Case, CaseReport, Feature, Kit, Mode, Reply, Seen, Tools, Traced } from './types.ts';

/** What the parent process asks for. */
export interface Assignment {
  readonly provider: Provider;
  readonly mode: Mode;
  readonly version: string;
  /** Where the package under test is; absent in the run that is compared against. */
  readonly distribution?: string | undefined;
  /** Each client is instrumented by itself, and not the SDK. */
  readonly clients?: boolean | undefined;
  /** One line of JSON a case is appended here. */
  readonly report: string;
  /** Only cases whose name holds this. */
  readonly only?: string | undefined;
}

type Sdk = Readonly<Record<string, unknown>>;

/** Longest a case may take. What hangs without instrumentation too is the SDK's. */
const CASE_LIMIT = 10_000;
/** Longest to wait for the spans of one case, and of all cases together; only reached when spans stay open. */
const SPAN_LIMIT = 3_000;
let patience = 30_000;

const user = new AsyncLocalStorage<string>();
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What happens in the process while a case runs. */
interface Happenings {
  unhandled: unknown[];
  uncaught: unknown[];
  warnings: string[];
}

/** Runs the table and writes the report. `load` loads the SDK, in the entry's own module system. */
export async function run(assignment: Assignment, load: () => unknown): Promise<void> {
  const kit = KITS[assignment.provider];
  const server = await startServer();
  const telemetry = await prepare(kit, assignment);
  watchTransport(server, telemetry.onRequest);
  const sdk = telemetry.sdk((await load()) as Sdk);
  const features = kit.features(sdk, assignment.version);
  const now: Happenings = { unhandled: [], uncaught: [], warnings: [] };
  process.on('unhandledRejection', (reason) => now.unhandled.push(describeError(reason)));
  process.on('uncaughtException', (error) => now.uncaught.push(describeError(error)));
  process.on('warning', (warning) => now.warnings.push(stable(`${warning.name}: ${warning.message}`)));

  // what is loaded or opened on first use must not be the first case's
  await kit.open(sdk, server.script([{ body: [JSON.stringify(kit.wire.answer)] }]).url, { maxRetries: 0 }).call();
  telemetry.take();

  for (const testCase of [...CASES, ...kit.cases]) {
    if (assignment.only !== undefined && !testCase.name.includes(assignment.only)) continue;
    const report = await runCase(testCase, { kit, sdk, features, server, telemetry, now });
    appendFileSync(assignment.report, `${JSON.stringify(report)}\n`);
  }
  process.exit(0);
}

async function prepare(kit: Kit, assignment: Assignment): Promise<Telemetry> {
  if (assignment.distribution === undefined) return NO_TELEMETRY;
  const { startTelemetry } = await import('./instrument.ts');
  return startTelemetry(kit, assignment.mode, assignment.distribution, assignment.clients === true);
}

interface Surroundings {
  readonly kit: Kit;
  readonly sdk: Sdk;
  readonly features: ReadonlySet<Feature>;
  readonly server: ScriptedServer;
  readonly telemetry: Telemetry;
  readonly now: Happenings;
}

async function runCase(testCase: Case, around: Surroundings): Promise<CaseReport> {
  const { features, telemetry, now } = around;
  const report = { name: testCase.name, features: [...features], milliseconds: 0 };
  const { needs = [], not } = testCase;
  if (needs.some((feature) => !features.has(feature)) || (not !== undefined && features.has(not))) {
    const seen = { outcome: null, unhandled: [], uncaught: [], warnings: [], requests: [], marks: [] };
    return { ...report, skipped: true, seen };
  }
  Object.assign(now, { unhandled: [], uncaught: [], warnings: [] });
  const bench = new Bench(around);
  const start = performance.now();
  const outcome = await user.run('user', () => telemetry.inCase(() => withLimit(testCase, bench)));
  await settle(testCase, bench, telemetry);
  const traced = telemetry.take();
  return {
    ...report,
    skipped: false,
    milliseconds: Math.round(performance.now() - start),
    seen: { outcome, ...now, requests: bench.requests(), marks: bench.labels },
    ...(traced === undefined ? {} : { traced: { ...traced, marks: bench.marks, insides: bench.insides } }),
  };
}

async function withLimit(testCase: Case, bench: Bench): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, CASE_LIMIT, 'the case did not finish');
  });
  try {
    return await Promise.race([bench.attempt(() => testCase.run(bench)), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets everything come out that the case set off: rejections, aborts, garbage, the ends of spans. */
async function settle(testCase: Case, bench: Bench, telemetry: Telemetry): Promise<void> {
  await sleep(5);
  if (testCase.garbage) await bench.collect();
  // Before the server goes away: a span that ends only because of that would pass for one that ended by itself.
  const start = performance.now();
  const limit = Math.min(SPAN_LIMIT, patience);
  while (!telemetry.quiet() && performance.now() - start < limit) {
    if (testCase.garbage) await bench.collect();
    else await sleep(10);
  }
  patience -= performance.now() - start;
  bench.drop();
  await sleep(5);
}

/** The {@link Tools} of one case, and what they collect. */
class Bench implements Tools {
  readonly kit: Kit;
  readonly sdk: Sdk;
  readonly wire: Kit['wire'];
  readonly labels: string[] = [];
  readonly marks: Traced['marks'][number][] = [];
  readonly insides: Traced['insides'][number][] = [];
  readonly #server: ScriptedServer;
  readonly #telemetry: Telemetry;
  readonly #scripts: Script[] = [];

  constructor({ kit, sdk, server, telemetry }: Surroundings) {
    this.kit = kit;
    this.sdk = sdk;
    this.wire = kit.wire;
    this.#server = server;
    this.#telemetry = telemetry;
  }

  open = (...replies: Reply[]): ReturnType<Tools['open']> => this.openWith({}, ...replies);

  openWith: Tools['openWith'] = ({ baseURL, ...options }, ...replies) =>
    this.kit.open(this.sdk, baseURL ?? this.serve(...replies), { maxRetries: 0, ...options });

  serve = (...replies: Reply[]): string => {
    const bytes = (piece: string | Uint8Array): Uint8Array =>
      typeof piece === 'string' ? Buffer.from(piece, this.wire.encoding) : piece;
    const script = this.#server.script(replies.map((reply) => ({ ...reply, body: (reply.body ?? []).map(bytes) })));
    this.#scripts.push(script);
    return script.url;
  };

  mark = (label: string): void => {
    const kept = user.getStore() === 'user';
    this.labels.push(kept ? label : `${label} (elsewhere)`);
    this.marks.push({ label, span: this.#telemetry.active(), kept });
  };

  inside = (label: string): void => {
    this.labels.push(label);
    this.insides.push({ label, span: this.#telemetry.active() });
  };

  attempt = async (run: () => unknown): Promise<unknown> => {
    try {
      return describe(await run());
    } catch (error) {
      return describeError(error);
    }
  };

  received = async (count = 1): Promise<void> => {
    await this.#scripts.at(-1)?.received(count);
  };

  drop = (): void => {
    for (const script of this.#scripts) script.drop();
  };

  collect = async (): Promise<void> => {
    for (let round = 0; round < 3; round++) {
      globalThis.gc?.();
      await sleep(2);
    }
  };

  requests(): Seen['requests'] {
    return this.#scripts.flatMap((script) => script.requests);
  }
}
