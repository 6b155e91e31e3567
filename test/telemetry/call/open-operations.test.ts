import { ROOT_CONTEXT } from '@opentelemetry/api';
import { afterEach, expect, test } from 'vitest';
import {
  addOpenOperation,
  endOpenOperations,
  type OpenOperation,
  openOperationCount,
  operationThatRetries,
  removeOpenOperation,
} from '../../../src/telemetry/call/open-operations.ts';

const ended: number[] = [];

function open(id: number): OpenOperation {
  const operation: OpenOperation = {
    older: undefined,
    newer: undefined,
    context: ROOT_CONTEXT,
    retryOptions: { id },
    abandon: () => {
      ended.push(id);
      removeOpenOperation(operation);
    },
  };
  addOpenOperation(operation);
  return operation;
}

afterEach(() => {
  endOpenOperations();
  ended.length = 0;
});

const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

test.each(ORDERS)('three operations that end in the order %i, %i, %i leave the list one by one', (...order) => {
  const operations = [0, 1, 2].map(open);
  const left = new Set([0, 1, 2]);
  for (const id of order) {
    const operation = operations[id] as OpenOperation;
    removeOpenOperation(operation);
    removeOpenOperation(operation); // one that is not in the list stays out
    left.delete(id);
    expect(openOperationCount()).toBe(left.size);
    const found = operations.map(({ retryOptions }, i) => (operationThatRetries(retryOptions) ? i : -1));
    expect(found.filter((i) => i >= 0)).toEqual([...left]);
    expect([operation.older, operation.newer]).toEqual([undefined, undefined]);
  }
});

test('all that are open end, the newest first', () => {
  const [first] = [0, 1, 2].map(open);
  removeOpenOperation(first as OpenOperation);
  endOpenOperations();
  expect(ended).toEqual([2, 1]);
  expect(openOperationCount()).toBe(0);
});

test.each([undefined, null, 'text', 7])('no operation repeats a request with the options %s', (options) => {
  open(0).retryOptions = options;
  expect(operationThatRetries(options)).toBeUndefined();
});
