import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect, test, vi } from 'vitest';
import { setParts } from '../support/load.ts';
import { log, run, span, spanAfter, stepsFor } from './run-steps.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));

test('a preset gets the span after the steps before, and what it returns goes through the steps behind', () => {
  const seen: string[] = [];
  const createPreset =
    ({ name, mode }: { name: string; mode: string }) =>
    (one: { name: string; attributes: object }) => {
      seen.push(one.name);
      if (one.name === 'other') return one;
      return Object.create(one, { attributes: { value: { ...one.attributes, [name]: mode }, enumerable: true } });
    };
  setParts({ 'pipeline-preset': { createPreset } });
  const steps = [
    { transform: { name: 'renamed' } },
    { preset: { name: 'langfuse' } },
    { attributes: { drop: 'gen_ai.*' } },
  ];
  const one = span({ user: 'u1' });
  expect(spanAfter(steps, one)).toMatchObject({ name: 'renamed', attributes: { user: 'u1', langfuse: 'copy' } });
  expect(one.attributes).toEqual({ 'gen_ai.operation.name': 'chat', user: 'u1' });
  const other = span({}, 'other');
  expect(spanAfter([{ preset: { name: 'mlflow', mode: 'replace' } }], other)).toBe(other);
  const record = log('hello');
  expect(run([{ preset: { name: 'mlflow' } }], [record], 'logs').left).toEqual([record]);
  expect(seen).toEqual(['renamed', 'other']);
  setParts({});
  expect(stepsFor([{ preset: { name: 'mlflow' } }]).problems[0]).toMatch(
    /^steps\[0\]\.preset\.name: the preset cannot be used \(.*\); expected a preset of this version$/,
  );
  expect(stepsFor([{ preset: { name: 'mlflow,x' } }]).problems[0]).toMatch(/: the preset "x" is not known; expected /);
});

test('a module with top-level await: items go on without the step until the module is there', async () => {
  const print = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { made } = stepsFor([{ module: { module: './modules/late.mjs' } }]);
  const nameAfter = (): string | undefined => (made?.process([span()], () => {})[0] as ReadableSpan | undefined)?.name;
  expect(nameAfter()).toBe('chat gpt-5');
  expect(String(print.mock.calls[0]?.[0])).toContain('./modules/late.mjs of a step cannot be loaded at once');
  await vi.waitFor(() => expect(nameAfter()).toBe('late'));
  expect(print).toHaveBeenCalledTimes(1);
  print.mockRestore();
});
