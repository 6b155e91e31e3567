import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { complaints, runApplication, type Seen } from '../support/application.ts';
import { type Folder, nodeBinary, packProject } from '../support/folders.ts';
import type { ReceivedSpan } from '../support/otlp-receiver.ts';
import { fileOf } from './apps.ts';
import { prepareFolder, telemetryFile } from './folders.ts';
import { type Combination, combinations, nameOf, OTEL, type Run, WIRINGS } from './table.ts';

const matrix = combinations(process.env.MATRIX_SLICE === '1', new RegExp(process.env.MATRIX_ONLY ?? ''));

async function runApp(folder: Folder, { node, format }: Run, nodeArgs: readonly string[]): Promise<Seen> {
  return runApplication({
    node: await nodeBinary(node),
    nodeArgs,
    file: fileOf('app', format),
    cwd: folder.path,
    env: { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
  });
}

/** Flags of node for a wiring. */
function flags({ wiring, format }: Run): readonly string[] {
  if (wiring === 'import' || wiring === 'require') return [`--${wiring}`, '@x/llm-otel/register'];
  return [format === 'esm' ? '--import' : '--require', `./${telemetryFile(wiring, format)}`];
}

const results = new Map<string, Map<string, { passed: number; failed: number }>>();

function note(combination: Combination, node: string, passed: boolean): void {
  const row = results.get(nameOf(combination)) ?? new Map<string, { passed: number; failed: number }>();
  results.set(nameOf(combination), row);
  const cell = row.get(node) ?? { passed: 0, failed: 0 };
  row.set(node, cell);
  if (passed) cell.passed++;
  else cell.failed++;
}

let tarball: Promise<string> | undefined;

describe.each(matrix.map((combination) => [nameOf(combination), combination] as const))('%s', (_, combination) => {
  const { app } = combination.sdk;
  let folder: Folder;
  /** The application alone, for each Node and module system: what all others are compared with. */
  const alone = new Map<string, Promise<Seen>>();
  const baseline = (run: Run): Promise<Seen> => {
    const key = `${run.node} ${run.format}`;
    const known = alone.get(key) ?? runApp(folder, run, []);
    alone.set(key, known);
    return known;
  };

  beforeAll(async () => {
    tarball ??= packProject();
    folder = await prepareFolder(combination, await tarball);
  });

  test('npm installs the package beside it without a conflict', () => {
    const { code, output } = folder.installed;
    expect(output).not.toMatch(/ERESOLVE|peer dep|conflicting/i);
    expect(code).toBe(0);
    // Ours and the application's are one copy: a second one would not see the application's providers.
    const require = createRequire(join(folder.path, 'app.cjs'));
    const ours = createRequire(require.resolve('@x/llm-otel'));
    expect(ours.resolve('@opentelemetry/api')).toBe(require.resolve('@opentelemetry/api'));
    expect(versionIn(folder, '@opentelemetry/api')).toBe(OTEL[combination.otel].api);
  });

  const named = combination.runs.map(
    (run) => [`Node ${run.node}, ${run.format}, ${WIRINGS[run.wiring]}`, run] as const,
  );
  test.concurrent.each(named)('%s', async (_name, run) => {
    let passed = false;
    try {
      const [plain, seen] = [await baseline(run), await runApp(folder, run, flags(run))];
      check(plain, seen);
      passed = true;
    } finally {
      note(combination, run.node, passed);
    }
  });

  function check(plain: Seen, { result, requests, spans }: Seen): void {
    expect(plain.result).toMatchObject({ code: 0, signal: null });
    expect(plain.result.stdout.length).toBeGreaterThan(100);
    expect(complaints(result.stderr).filter((line) => !complaints(plain.result.stderr).includes(line))).toEqual([]);
    expect(result).toMatchObject({ code: 0, signal: null, stdout: plain.result.stdout });
    expect(requests).toEqual(plain.requests);

    const own = spans.filter((span) => span.name === 'application');
    const calls = spans.filter((span) => span.scope.name.startsWith('@x/llm-otel/'));
    expect(calls.map((span) => span.name)).toEqual([app.spanName, app.spanName]);
    expect(own).toHaveLength(1);
    expect(spans).toHaveLength(3);
    for (const call of calls) {
      expect(call.parentSpanId).toBe(own[0]?.spanId);
      expect(usageOf(call)).toEqual(app.usage);
      expect(call.attributes['error.type']).toBeUndefined();
    }
    expect(calls.map((call) => call.attributes['llm_otel.stream.outcome']).sort()).toEqual(['completed', undefined]);
  }
});

function versionIn({ path }: Folder, name: string): string {
  const text = readFileSync(join(path, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The token counts; the cost made of them has tests of its own. */
function usageOf(span: ReceivedSpan): object {
  return Object.fromEntries(
    Object.entries(span.attributes).filter(([name]) => /^gen_ai\.usage\..*_tokens$/.test(name)),
  );
}

afterAll(() => {
  const nodes = [...new Set([...results.values()].flatMap((row) => [...row.keys()]))];
  const lines = [...results].map(([name, row]) => {
    const cells = nodes.map((node) => {
      const { passed = 0, failed = 0 } = row.get(node) ?? {};
      return passed + failed === 0 ? '-' : failed === 0 ? `${passed}` : `${passed} of ${passed + failed}`;
    });
    return [name, ...cells];
  });
  const table = [['passed on Node', ...nodes], ...lines];
  const widths = table[0]?.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0))) ?? [];
  const text = table.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')).join('\n');
  // The runner prints it below what vitest has to say.
  if (process.env.MATRIX_TABLE !== undefined) writeFileSync(process.env.MATRIX_TABLE, `\n${text}\n`);
});
