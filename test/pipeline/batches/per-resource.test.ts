import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test, vi } from 'vitest';
import { perResource } from '../../../src/pipeline/batches/per-resource.ts';
import { createPreset } from '../../../src/pipeline/presets/create-preset.ts';
import { withResourceAttributes } from '../../../src/pipeline/sdk/add-resource-attributes.ts';
import { CHAT, endedSpan } from '../presets/spans.ts';
import { run } from '../steps/run-steps.ts';
import '../support/parts.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));

test('a value is computed once a resource, whatever the order of resources', () => {
  const compute = vi.fn((resource: Resource) => resource.attributes.name);
  const nameOf = perResource(compute);
  const [a, b] = [resourceFromAttributes({ name: 'a' }), resourceFromAttributes({ name: 'b' })];
  expect([a, b, a, b].map(nameOf)).toEqual(['a', 'b', 'a', 'b']);
  expect(compute).toHaveBeenCalledTimes(2);
});

describe('attributes of a cloud that come after the first span are kept', () => {
  type Change = (span: ReadableSpan) => ReadableSpan | undefined;
  const added = withResourceAttributes<ReadableSpan>((items) => items, { tier: 'gold' });
  test.each<[string, Change]>([
    ['with resource_attributes', (span) => added([span], () => {})[0]],
    ['by a preset', createPreset({ name: 'datadog', mode: 'copy' })],
    ['by a step', (span) => run([{ preset: { name: 'datadog' } }], [span]).left[0]],
  ])('%s', async (_what, change) => {
    const resource = resourceFromAttributes({ 'service.name': 'shop', 'cloud.region': Promise.resolve('eu') });
    const span = endedSpan(CHAT, { resource });
    expect(change(span)?.resource.attributes).not.toHaveProperty('cloud.region');
    await resource.waitForAsyncAttributes?.();
    expect(change(span)?.resource.attributes).toMatchObject({ 'service.name': 'shop', 'cloud.region': 'eu' });
  });
});

test('an attribute of the resource that a step drops does not come back', () => {
  const resource = resourceFromAttributes({ 'service.name': 'shop', 'user.email': 'jo@example.org' });
  const steps = [{ attributes: { drop: ['user.*'], on: ['resource'] } }, { preset: { name: 'datadog' } }];
  const process = withResourceAttributes<ReadableSpan>((items) => run(steps, items).left, { tier: 'gold' });
  const [left] = process([endedSpan(CHAT, { resource })], () => {});
  expect(left?.resource.attributes).toEqual({ 'service.name': 'shop', ml_app: 'shop', tier: 'gold' });
});
