import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import type { Stats } from '../../../src/viewer/page-data.ts';
import { logRequest, otlpSpan, traceRequest } from './otlp-json.ts';
import { runningView, type TestView, testFolder } from './running-view.ts';

const line = (n: number): string => `${JSON.stringify(traceRequest([otlpSpan({ trace: n })]))}\n`;
const statsOf = async (view: TestView): Promise<Stats> => (await (await view.page('/api/stats')).json()) as Stats;

test('a file is read before the page is there, and followed afterwards', async () => {
  const file = join(testFolder(), 'spans.jsonl');
  writeFileSync(file, `${line(1)}\n${line(2).trimEnd()}`);
  const view = await runningView({}, [file]);
  expect((await statsOf(view)).traces).toBe(2);
  appendFileSync(file, `\n${line(3).slice(0, 40)}`);
  appendFileSync(file, line(3).slice(40));
  await vi.waitFor(async () => expect((await statsOf(view)).traces).toBe(3), 10_000);
  truncateSync(file, 0);
  await vi.waitFor(() => {
    writeFileSync(file, line(4));
    return statsOf(view).then(({ traces }) => expect(traces).toBe(4));
  }, 10_000);
  expect(view.reports).toEqual([]);
});

test('a packed file is read', async () => {
  const file = join(testFolder(), 'spans.jsonl.gz');
  writeFileSync(
    file,
    gzipSync(line(1) + JSON.stringify(logRequest({ trace: 1, span: 1, eventName: 'e', attributes: {} }))),
  );
  const view = await runningView({}, [file]);
  expect(await statsOf(view)).toMatchObject({ traces: 1, logs: 1 });
});

test('a broken line is said with its number, and the others are read', async () => {
  const file = join(testFolder(), 'spans.jsonl');
  const bad = JSON.stringify(traceRequest([{ ...otlpSpan({}), traceId: 'x' }]));
  writeFileSync(file, `${line(1)}{broken\n{"a":1}\n${bad}\n${line(2)}`);
  const view = await runningView({}, [file]);
  expect((await statsOf(view)).traces).toBe(2);
  expect(view.reports.map((report) => report.slice(file.length).slice(0, 60))).toEqual([
    expect.stringMatching(/^:2: /),
    expect.stringMatching(/^:3: expected resourceSpans/),
    expect.stringMatching(/^:4: 1 refused: span without a valid traceId/),
  ]);
});

test('what is received is saved as lines that can be read again, for this user alone', async () => {
  const folder = testFolder();
  const save = join(folder, 'saved.jsonl');
  const view = await runningView({ save });
  for (const n of [1, 2])
    await fetch(`${view.otlp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: line(n),
    });
  await view.close();
  expect(readFileSync(save, 'utf8')).toBe(line(1) + line(2));
  expect(statSync(save).mode & 0o777).toBe(0o600);
  expect((await statsOf(await runningView({}, [save]))).traces).toBe(2);
});

test('the export can be read again', async () => {
  const folder = testFolder();
  const file = join(folder, 'in.jsonl');
  writeFileSync(
    file,
    line(1) + line(2) + JSON.stringify(logRequest({ trace: 1, span: 1, eventName: 'e', attributes: {} })),
  );
  const view = await runningView({}, [file]);
  const again = join(folder, 'again.jsonl');
  writeFileSync(again, await (await view.page('/api/export.jsonl')).text());
  expect(await statsOf(await runningView({}, [again]))).toMatchObject({ traces: 2, spans: 2, logs: 1 });
});

test('a file that is not there ends the command', async () => {
  await expect(runningView({}, ['/nowhere/x.jsonl'])).rejects.toThrow('--file');
});
