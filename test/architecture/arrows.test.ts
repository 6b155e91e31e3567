import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Import, ROOT, sources } from './sources.ts';

/** Which rooms of `src` a room may import from, types included. Every other import inside of a room is free, see below. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  runtime: [],
  facts: [],
  otel: ['runtime', 'facts'],
  config: ['runtime', 'facts', 'otel'],
  cost: ['runtime', 'facts', 'otel', 'config'],
  redaction: ['runtime', 'facts', 'otel', 'config'],
  scope: ['runtime', 'facts', 'otel', 'config'],
  telemetry: ['runtime', 'facts', 'otel', 'config', 'cost', 'redaction', 'scope'],
  patching: ['runtime', 'facts', 'otel', 'config', 'cost', 'redaction', 'scope', 'telemetry'],
  providers: ['runtime', 'facts', 'otel', 'config', 'cost', 'redaction', 'scope', 'telemetry', 'patching'],
  manual: ['runtime', 'facts', 'otel', 'config', 'cost', 'redaction', 'scope', 'telemetry', 'patching', 'providers'],
  testing: ['runtime', 'facts', 'otel', 'config', 'cost', 'redaction', 'scope', 'telemetry', 'patching', 'providers'],
  propagation: ['runtime', 'facts', 'otel', 'config', 'telemetry', 'patching', 'manual'],
  pipeline: ['runtime', 'facts', 'otel', 'config', 'redaction'],
  primitives: ['runtime', 'facts', 'otel', 'config', 'cost', 'scope', 'providers/reading', 'providers/formats'],
  viewer: ['facts', 'pipeline'],
};

/** Faces of the package, and places from which everything may be imported. */
const ANYTHING = /^(?:register\/|src\/cli\/|src\/[\w-]+\.ts$|src\/pipeline\/index\.ts$)/;

/** Rooms inside of a room, lowest first: a room imports from the rooms before it. A file beside the rooms is free. */
const INNER: Readonly<Record<string, readonly string[]>> = {
  'src/telemetry': ['other-spans', 'links', 'content', 'signals', 'nested', 'call', 'activity'],
  'src/patching': ['wrapping', 'streams', 'calls', 'stainless', 'loading'],
  'src/pipeline': [
    'transport',
    'batches',
    'match',
    'decisions',
    'tail',
    'spool',
    'shipping',
    'queue',
    'exporters',
    'samplers',
    'presets',
    'steps',
    'sdk',
    'manager',
  ],
};

const isOurs = ({ target }: Import): boolean => /^(?:src|register)\//.test(target);

function isAllowed(from: string, { target }: Import): boolean {
  if (ANYTHING.test(from)) return true;
  if (!target.startsWith('src/')) return false;
  const [, room = ''] = from.split('/');
  const place = target.slice('src/'.length);
  return place.startsWith(`${room}/`) || (ROOMS[room] ?? []).some((allowed) => place.startsWith(`${allowed}/`));
}

describe('arrows', () => {
  test('every import follows an arrow, types included', () => {
    const wrong = sources.flatMap(({ path, imports }) =>
      imports.filter((one) => isOurs(one) && !isAllowed(path, one)).map(({ target }) => `${path} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('only the command line and the face of @x/llm-otel/start import register', () => {
    const wrong = sources.filter(
      ({ path, imports }) =>
        !/^(?:register\/|src\/cli\/|src\/start\.ts$)/.test(path) &&
        imports.some(({ target }) => target.startsWith('register/')),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test.each(Object.entries(INNER))('rooms inside of %s are a staircase', (folder, rooms) => {
    const roomOf = (path: string): number =>
      path.startsWith(`${folder}/`) ? rooms.indexOf(path.slice(folder.length + 1).split('/')[0] ?? '') : -1;
    const wrong = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => roomOf(path) >= 0 && roomOf(target) > roomOf(path))
        .map(({ target }) => `${path} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('no provider imports the folder of another provider: what two share is a format', () => {
    const folderOf = (path: string): string | undefined => /^src\/providers\/([\w-]+)\//.exec(path)?.[1];
    const shared = new Set(['reading', 'formats']);
    const wrong = sources.flatMap(({ path, imports }) => {
      const own = folderOf(path);
      if (own === undefined) return [];
      return imports
        .map(({ target }) => target)
        .filter((target) => {
          const other = folderOf(target);
          return other !== undefined && other !== own && !shared.has(other);
        })
        .map((target) => `${path} -> ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  test('no circles, types included', () => {
    const graph = new Map(sources.map(({ path, imports }) => [path, imports.map(({ target }) => target)]));
    expect(circles(graph)).toEqual([]);
  });
});

/** Circles in a graph of imports, each as the path that closes the circle. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): void => {
    const at = trail.indexOf(node);
    if (at >= 0) found.push([...trail.slice(at), node].join(' -> '));
    if (at >= 0 || done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...trail, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return found;
}

test('circles are found', () => {
  expect(
    circles(
      new Map([
        ['a', ['b']],
        ['b', ['c', 'd']],
        ['c', ['a']],
        ['d', []],
      ]),
    ),
  ).toEqual(['a -> b -> c -> a']);
});

/**
 * Packages that `src` imports at run time, and where. Every other package is imported for its types alone or bundled; code
 * that runs outside of Node asks `src/runtime/platform.ts` for modules of Node.
 */
const RUNTIME_PACKAGES: readonly (readonly [from: RegExp, name: RegExp, why: string])[] = [
  [/^src\/patching\/loading\/module-hooks\.ts$/, /^node:(?:fs|module|url)$/, 'hooks exist in Node alone'],
  [/^src\/providers\/vercel-ai\/patch-model\.ts$/, /^node:util$/, 'a framework, in no bundle of the manual entry'],
  [/^src\/config\//, /^node:(?:fs|path|url)$/, 'certificates, configuration files, paths'],
  [/^src\/config\/file\//, /^yaml$/, 'a part of its own, loaded when a file is named'],
  [/^src\/(?:pipeline|propagation|cli|primitives)\//, /^node:/, 'runs in Node alone'],
  [/^src\/viewer\//, /^preact(?:\/hooks)?$/, 'bundled into the page'],
  [/^src\/testing\//, /^node:/, 'tests run in Node'],
  [/^src\/testing\//, /^@opentelemetry\/api$/, 'a test may have no context manager'],
  [/^src\/pipeline\/match\/re2\.ts$/, /^re2js$/, 'a part of its own, loaded with the first pattern of a user'],
  [
    /^src\/pipeline\//,
    /^@opentelemetry\/(?:api|core|context-async-hooks|sdk-\w+(?:-base)?|resources|otlp-transformer|exporter-\w+|propagator-(?:b3|jaeger))$/,
    'bundled into the build; the API is a peer',
  ],
];

test('CONTRIBUTING.md names each file outside of src/config that uses process.env', () => {
  const users = sources
    .filter(({ path, text }) => !path.startsWith('src/config/') && /^(?! *(?:\/?\*|\/\/)).*process\.env\b/m.test(text))
    .map(({ path }) => path);
  const guide = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const [, named = ''] = /outside use `process\.env`: ([^.]*(?:\.ts[^.]*)*)\./.exec(guide) ?? [];
  expect(
    [...named.matchAll(/`((?:src|register)\/[^`]+)`/g)]
      .map(([, path]) => path)
      .filter((path) => path !== 'src/config')
      .sort(),
  ).toEqual(users.sort());
});

test('src imports no SDK, and packages only where a row says so', () => {
  const wrong = sources.flatMap(({ path, imports }) =>
    imports
      .filter((one) => !one.typeOnly && path.startsWith('src/') && !isOurs(one))
      .filter(({ target }) => !RUNTIME_PACKAGES.some(([from, name]) => from.test(path) && name.test(target)))
      .map(({ target }) => `${path} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});
