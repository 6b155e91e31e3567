/**
 * Pages under the eyes of `promtool check metrics`, of every Prometheus package and download. Skipped without `promtool` in
 * the PATH.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { createPages, type Pages } from './pages.ts';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

const ODD = { 'a.b': 'quote " backslash \\ newline \n', 'a-b': 'ünïcödé', '9': 'digit', list: ['x', 'y'], le: 'own' };

const PAGES: readonly (readonly [string, (provider: Pages['provider']) => void])[] = [
  ['nothing', () => {}],
  [
    'two scopes with the same metrics',
    (provider) => {
      for (const scope of ['openai', 'anthropic']) {
        const meter = provider.getMeter(scope, '1.0.0');
        const description = `Told by ${scope}.`;
        meter.createHistogram('gen_ai.client.inference.duration', { unit: 's', description }).record(1.5);
        meter.createHistogram('gen_ai.client.token.usage', { unit: '{token}', description }).record(7);
        meter.createCounter('llm_otel.usage.cost', { unit: '{USD}', description }).add(0.001);
      }
    },
  ],
  [
    'odd names, labels and values',
    (provider) => {
      const meter = provider.getMeter('odd "scope" \\ \n');
      meter.createHistogram('sizes', { unit: 'By', description: 'Sizes \\ of\n"things".' }).record(3, ODD);
      const gauge = meter.createGauge('7.heat--of', { unit: 'Cel', description: 'Heat.' });
      for (const value of [Number.NaN, Infinity, -Infinity, 1e300, -0]) gauge.record(value, { value: String(value) });
    },
  ],
  [
    'one name of two types',
    (provider) => {
      provider.getMeter('a').createGauge('same', { description: 'A gauge.' }).record(1);
      provider.getMeter('b').createHistogram('same', { description: 'A histogram.' }).record(1);
    },
  ],
];

describe.skipIf(!hasPromtool)('promtool (skipped where promtool is not in the PATH)', () => {
  test.each(PAGES)('accepts %s', async (_, record) => {
    for (const scopeInfo of [true, false]) {
      const { provider, text } = createPages({ targetInfo: true, scopeInfo, constantLabels: { included: ['*'] } });
      record(provider);
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
        input: await text(),
        encoding: 'utf8',
      });
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    }
  });
});
