import { describe, expect, test } from 'vitest';
import { exporters } from '../../../../src/config/sdk/exporters.ts';
import { treeSettings } from '../../../../src/config/sdk/tree-settings.ts';
import { terminalOptions } from '../../../../src/pipeline/exporters/tree/terminal.ts';
import { freshWarnings } from '../../../support/warnings.ts';

const said = freshWarnings();
const TTY = { isTTY: true, columns: 120 };
const PIPE = {};

test.each([
  [{}, PIPE, 100],
  [{}, TTY, 120],
  [{ COLUMNS: '90' }, PIPE, 90],
  [{ COLUMNS: '90' }, TTY, 120],
  [{ COLUMNS: '90' }, { isTTY: true, columns: 0 }, 90],
  [{ COLUMNS: 'wide' }, PIPE, 100],
  [{ LLM_OTEL_CONSOLE_WIDTH: '70', COLUMNS: '90' }, TTY, 70],
])('%j on %j is %i cells wide', (env, stream, width) => {
  expect(terminalOptions(treeSettings(env), stream).width).toBe(width);
});

test.each([
  [{}, TTY, true],
  [{}, PIPE, false],
  [{ TERM: 'dumb' }, TTY, false],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, TTY, false],
  [{ NO_COLOR: '' }, TTY, true],
  [{ NO_COLOR: '', FORCE_COLOR: '0' }, TTY, false],
  [{ FORCE_COLOR: 'false' }, TTY, false],
  [{ FORCE_COLOR: '1' }, PIPE, true],
  [{ FORCE_COLOR: '3', TERM: 'dumb' }, PIPE, true],
])('%j on %j: colours %s', (env, stream, colors) => {
  expect(terminalOptions(treeSettings(env), stream).colors).toBe(colors);
});

test('a dumb terminal gets ASCII', () => {
  expect(terminalOptions(treeSettings({ TERM: 'dumb' }), TTY).ascii).toBe(true);
  expect(terminalOptions(treeSettings({ TERM: 'xterm' }), TTY).ascii).toBe(false);
});

describe('LLM_OTEL_CONSOLE', () => {
  test.each([
    ['1', 'stderr', 'tree'],
    ['true', 'stderr', 'tree'],
    ['stdout', 'stdout', 'tree'],
    ['json', 'stderr', 'json'],
  ])('=%s prints to %s a %s', (value, output, format) => {
    const env = { LLM_OTEL_CONSOLE: value };
    expect(treeSettings(env)).toMatchObject({ output, format });
    expect(exporters(env)).toEqual({ traces: ['llm-console'], metrics: [], logs: [] });
  });

  test.each(['', '0', 'false'])('=%s changes nothing', (value) => {
    expect(exporters({ LLM_OTEL_CONSOLE: value })).toEqual({ traces: ['otlp'], metrics: ['otlp'], logs: ['otlp'] });
  });

  test('leaves alone what the user has set', () => {
    const env = { LLM_OTEL_CONSOLE: '1', OTEL_TRACES_EXPORTER: 'otlp,llm-console', OTEL_METRICS_EXPORTER: 'otlp' };
    expect(exporters(env)).toEqual({ traces: ['otlp', 'llm-console'], metrics: ['otlp'], logs: [] });
    expect(said()).toBe('');
  });

  test('says so where the user has set another exporter', async () => {
    const { exporters: read } = await import('../../../../src/config/sdk/exporters.ts');
    expect(read({ LLM_OTEL_CONSOLE: '1', OTEL_TRACES_EXPORTER: 'otlp' }).traces).toEqual(['otlp']);
    expect(said()).toContain(
      'LLM_OTEL_CONSOLE prints nothing because of OTEL_TRACES_EXPORTER=otlp. Set OTEL_TRACES_EXPORTER=otlp,llm-console.',
    );
  });

  test('says what can be used', async () => {
    const { treeSettings: read } = await import('../../../../src/config/sdk/tree-settings.ts');
    read({ LLM_OTEL_CONSOLE: 'yes', LLM_OTEL_CONSOLE_WIDTH: 'wide', LLM_OTEL_CONSOLE_WAIT: '-1' });
    expect(said()).toContain('LLM_OTEL_CONSOLE: "yes" cannot be used, expected one of 1, stdout, json, 0');
    expect(said()).toContain('LLM_OTEL_CONSOLE_WIDTH: "wide" cannot be used');
    expect(said()).toContain('using 5000 instead');
  });
});

test('OTEL_TRACES_EXPORTER=llm-console changes no other signal', () => {
  expect(exporters({ OTEL_TRACES_EXPORTER: 'llm-console' })).toEqual({
    traces: ['llm-console'],
    metrics: ['otlp'],
    logs: ['otlp'],
  });
});
