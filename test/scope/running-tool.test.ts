import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { contextWithTool, entersRunningTool } from '../../src/scope/running-tool.ts';

test('the tool that is being recorded is entered once: what it calls by its name after that is another run', () => {
  const context = contextWithTool(ROOT_CONTEXT, { name: 'weather', entered: false });
  expect([1, 2, 3].map(() => entersRunningTool(context, 'weather'))).toEqual([true, false, false]);
});

test.each([
  ['of another name', { name: 'time', entered: false }],
  ['without a name', { name: undefined, entered: false }],
  ['whose function has been called', { name: 'weather', entered: true }],
])('a run %s is not entered', (_, tool) => {
  expect(entersRunningTool(contextWithTool(ROOT_CONTEXT, tool), 'weather')).toBe(false);
});

test('no run is not entered', () => {
  expect(entersRunningTool(ROOT_CONTEXT, 'weather')).toBe(false);
});
