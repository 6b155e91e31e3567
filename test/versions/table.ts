/** Everything the matrix is made of. A further version of an SDK is one line in the file of the SDK in `sdks/`. */
import type { App } from './apps.ts';
import { VERSIONED_SDKS } from './sdks/index.ts';

/** Module system of the application. */
export type Format = 'esm' | 'cjs';

/** How the package gets into the application. */
export type Wiring = 'import' | 'require' | 'class' | 'register';

/** How each wiring is called in reports. */
export const WIRINGS = {
  import: '--import',
  require: '--require',
  class: 'class in NodeSDK',
  register: 'registerInstrumentations',
} as const satisfies Record<Wiring, string>;

/** A generation of OpenTelemetry packages that an application may have. */
export interface Otel {
  readonly api: string;
  readonly sdkNode: string;
  readonly instrumentation: string;
  /** Oldest Node, as `[major, minor]`. */
  readonly node: readonly [number, number];
}

/** Generations by the version of their SDK. */
export const OTEL = {
  '1.30': { api: '1.9.0', sdkNode: '0.57.2', instrumentation: '0.57.2', node: [18, 19] },
  '2.12': { api: '1.9.1', sdkNode: '0.223.0', instrumentation: '0.223.0', node: [20, 6] },
  '3.1': { api: '1.10.0', sdkNode: '0.301.0', instrumentation: '0.301.1', node: [22, 15] },
} as const satisfies Record<string, Otel>;

/** A key of {@link OTEL}. */
export type OtelName = keyof typeof OTEL;

/** A Node to run on, as a version of the npm package `node`. */
interface NodeRow {
  readonly version: string;
  /** Only the module hooks are of interest: these wirings beside this OpenTelemetry. */
  readonly only?: { readonly wirings: readonly Wiring[]; readonly otel: OtelName };
}

const HOOKS = { wirings: ['import', 'require'], otel: '2.12' } as const;

/** 22.15.0 and 24.5.0 have synchronous hooks that are not sound yet (nodejs/node#59929). */
const NODES: readonly NodeRow[] = [
  { version: '20' },
  { version: '22' },
  { version: '24' },
  { version: '26' },
  { version: '22.15.0', only: HOOKS },
  { version: '24.5.0', only: HOOKS },
];

/** One version of an SDK. */
interface VersionRow {
  readonly version: string;
  /** Where it is no CommonJS module. */
  readonly formats?: readonly Format[];
  /** Oldest major version of Node it runs on. */
  readonly node?: number;
  /** Part of the small slice, with this OpenTelemetry and this Node. */
  readonly slice?: { readonly otel: OtelName; readonly node: string };
}

/** An SDK: its versions, and the one application that runs with each of them. */
export interface VersionedSdk {
  /** npm name. */
  readonly module: string;
  readonly versions: readonly VersionRow[];
  readonly app: App;
}

/** One process of the matrix. */
export interface Run {
  readonly node: string;
  readonly format: Format;
  readonly wiring: Wiring;
}

/** An SDK beside an OpenTelemetry: one folder, and what runs in it. */
export interface Combination {
  readonly sdk: VersionedSdk;
  readonly version: string;
  readonly otel: OtelName;
  readonly runs: readonly Run[];
}

function runsOn(node: string, [major, minor]: readonly [number, number]): boolean {
  // A major version alone stands for its newest release.
  const [ownMajor = 0, ownMinor = Number.POSITIVE_INFINITY] = node.split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

function runsOf(row: VersionRow, otel: OtelName, slice: boolean): Run[] {
  return NODES.filter(({ version, only }) => {
    if (slice) return version === row.slice?.node;
    return runsOn(version, OTEL[otel].node) && runsOn(version, [row.node ?? 0, 0]) && (only?.otel ?? otel) === otel;
  }).flatMap(({ version: node, only }) =>
    (row.formats ?? (['esm', 'cjs'] as const)).flatMap((format) =>
      (only?.wirings ?? (Object.keys(WIRINGS) as Wiring[])).map((wiring) => ({ node, format, wiring })),
    ),
  );
}

/** What is to run. `filter` is matched against `openai@7.55.0, OpenTelemetry 3.1`. */
export function combinations(slice: boolean, filter: RegExp): Combination[] {
  return VERSIONED_SDKS.flatMap((sdk) => sdk.versions.map((row) => ({ sdk, row })))
    .flatMap(({ sdk, row }) =>
      (Object.keys(OTEL) as OtelName[])
        .filter((otel) => !slice || row.slice?.otel === otel)
        .map((otel) => ({ sdk, version: row.version, otel, runs: runsOf(row, otel, slice) })),
    )
    .filter((combination) => combination.runs.length > 0 && filter.test(nameOf(combination)));
}

/** What a combination is called. */
export function nameOf({ sdk, version, otel }: Omit<Combination, 'runs'>): string {
  return `${sdk.module}@${version}, OpenTelemetry ${otel}`;
}
