import { expect, test } from 'vitest';
import type { Operation } from '../../../src/telemetry/call/operation.ts';
import { freshWarnings } from '../../support/warnings.ts';

const said = freshWarnings();

test('a call that cannot be amended is made as it is, and that is reported', async () => {
  const { amendRequest } = await import('../../../src/patching/stainless/request-amendment.ts');
  const operation = {} as Operation;
  const amended = { args: [1], removesChunk: () => false, rewrite: (event: string) => event };
  const seen: unknown[] = [];
  const amend = (...given: unknown[]) => {
    seen.push(...given);
    return amended;
  };
  expect(amendRequest(amend, operation, ['a'])).toBe(amended);
  expect(seen).toEqual([operation, ['a']]);
  expect([amendRequest(undefined, operation, []), said()]).toEqual([undefined, '']);
  const boom = (): never => {
    throw new RangeError('my secret');
  };
  expect(amendRequest(boom, operation, [])).toBeUndefined();
  expect(said()).toContain('(RangeError)');
});
