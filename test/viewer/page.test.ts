import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import {
  chat,
  logRequest,
  messages,
  otlpSpan,
  type SpanFields,
  says,
  spanId,
  traceId,
  traceRequest,
} from '../cli/view/otlp-json.ts';
import { ROOT } from '../support/spawn.ts';
import { hasNoBrowser, openPage, useBrowser } from './open-page.ts';

useBrowser();

const CALL = { type: 'tool_call', id: 'call_1', name: 'weather', arguments: { city: 'Lisbon' } };
const RESULT = { type: 'tool_call_response', id: 'call_1', response: 'light rain' };
const ANSWER = {
  role: 'assistant',
  parts: [
    { type: 'reasoning', content: 'Rain, so yes.' },
    { type: 'text', content: 'Take one.\nIt rains.' },
  ],
};
const CHUNKS = [300, 400, 500].map((at) => ({ name: 'llm_otel.stream.chunk', at }));

/** An agent with two calls and a tool; the second call is a stream. */
const trip = (trace: number, start: number): SpanFields[] => {
  const at = (span: number, more: SpanFields): SpanFields => ({
    trace,
    span: trace * 10 + span,
    ...(span > 1 && { parent: trace * 10 + 1 }),
    ...more,
    start: start + (more.start ?? 0),
  });
  const input = [says('user', 'Umbrella?'), { role: 'assistant', parts: [CALL] }, { role: 'tool', parts: [RESULT] }];
  return [
    at(1, {
      name: `invoke_agent helper ${trace}`,
      duration: 900,
      attributes: { 'gen_ai.operation.name': 'invoke_agent' },
    }),
    at(2, {
      name: 'chat gpt-4o-mini',
      duration: 200,
      attributes: chat({
        'gen_ai.usage.input_tokens': 1412,
        ...messages([says('user', 'Umbrella?')], [{ role: 'assistant', parts: [CALL] }]),
      }),
    }),
    at(3, {
      name: 'execute_tool weather',
      start: 210,
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.call.arguments': '{"city":"Lisbon"}' },
    }),
    at(4, {
      name: 'chat gpt-4o-mini',
      start: 230,
      duration: 400,
      attributes: chat({
        'gen_ai.usage.output_tokens': 7,
        'gen_ai.usage.cost': 0.000216,
        'gen_ai.conversation.id': 'conv 1',
        'gen_ai.response.time_to_first_chunk': 0.07,
        'llm_otel.stream.outcome': 'completed',
        ...messages(input, [ANSWER]),
      }),
      events: CHUNKS.map((event) => ({ ...event, at: start + event.at })),
    }),
  ];
};

const request = (spans: readonly SpanFields[]): object => traceRequest(spans.map(otlpSpan));
const texts = (page: Page, selector: string): Promise<string[]> => page.locator(selector).allInnerTexts();
const field = (page: Page, name: string): Promise<string[]> =>
  texts(page, `[data-testid="trace-row"] [data-field="${name}"]`);

describe.skipIf(hasNoBrowser)('the page', () => {
  test('shows the newest trace at once, its last call and the messages', async () => {
    const { page, complaints } = await openPage([request(trip(1, 0)), request(trip(2, 10_000))]);
    await page.getByTestId('message').first().waitFor();
    expect(await field(page, 'name')).toEqual(['invoke_agent helper 2', 'invoke_agent helper 1']);
    expect(await field(page, 'preview')).toEqual(['Umbrella?', 'Umbrella?']);
    expect(await field(page, 'cost')).toEqual(['$0.000216', '$0.000216']);
    expect(await page.getByRole('grid', { name: 'Traces' }).getAttribute('aria-rowcount')).toBe('3');
    expect(await page.getByTestId('trace-row').first().getAttribute('aria-selected')).toBe('true');
    const rows = page.getByRole('tree', { name: 'Waterfall' }).getByTestId('span-row');
    expect(
      await rows.evaluateAll((all) =>
        all.map((one) => [one.getAttribute('aria-level'), one.getAttribute('aria-selected')]),
      ),
    ).toEqual([
      ['1', 'false'],
      ['2', 'false'],
      ['2', 'false'],
      ['2', 'true'],
    ]);
    expect([await page.getByTestId('chunk').count(), await page.getByTestId('first-chunk').count()]).toEqual([3, 1]);
    expect(
      await page.getByTestId('message').evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.role)),
    ).toEqual(['user', 'assistant', 'tool', 'assistant']);
    expect(await page.locator('[data-part="text"]').last().innerText()).toBe('Take one.\nIt rains.');
    expect(await page.locator('[data-part="reasoning"] .text').isVisible()).toBe(false);
    const total = async (name: string): Promise<string> => page.getByTestId(`total-${name}`).innerText();
    expect([
      await total('calls'),
      await total('errors'),
      await total('input'),
      await total('output'),
      await total('cost'),
    ]).toEqual(['4', '0', '2,824', '14', '$0.000432']);
    expect(await page.getByTestId('live').innerText()).toBe('live');
    expect(complaints).toEqual([]);
  });

  test('unknown counts and costs are empty, never 0', async () => {
    const { page } = await openPage([request([{ attributes: chat() }])]);
    await page.getByTestId('trace-row').waitFor();
    expect([await field(page, 'input'), await field(page, 'output'), await field(page, 'cost')]).toEqual([
      [''],
      [''],
      [''],
    ]);
    expect(await page.getByTestId('total-input').innerText()).toBe('');
    expect(await page.getByTestId('content-off').innerText()).toContain(
      'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
    );
  });

  test('a call and its result lead to each other by the keyboard', async () => {
    const { page } = await openPage([request(trip(1, 0))]);
    await page.getByRole('button', { name: 'Go to result' }).press('Enter');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-part'))).toBe('tool_call_response');
    await page.getByRole('button', { name: 'Go to call' }).press('Enter');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-part'))).toBe('tool_call');
  });

  test('what arrives is shown, is held while paused, and is told when the server is gone', async () => {
    const { page, send, stop } = await openPage();
    expect(await page.getByTestId('empty').innerText()).toContain('@x/llm-otel/register');
    await send('traces', request(trip(1, 0)));
    await page.getByTestId('trace-row').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    expect(await page.getByTestId('live').innerText()).toBe('paused');
    await send('traces', request(trip(2, 10_000)));
    const heard = page.waitForResponse(/api\/stats/).catch(() => undefined);
    await page.evaluate(() => fetch('/api/stats'));
    await heard;
    expect(await page.getByTestId('trace-row').count()).toBe(1);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByTestId('trace-row').nth(1).waitFor();
    await stop();
    await page.getByTestId('live').filter({ hasText: 'disconnected' }).waitFor();
  });

  test('the last failed call is chosen first, with what went wrong', async () => {
    const failed = {
      ...trip(1, 0)[1],
      error: 'Rate limit reached',
      attributes: chat({ 'error.type': 'rate_limit_exceeded' }),
    } as SpanFields;
    const { page } = await openPage([request([...trip(1, 0), { ...failed, span: 15 }])]);
    expect(await page.getByTestId('error-box').innerText()).toContain('rate_limit_exceeded: Rate limit reached');
    expect(await page.getByRole('alert').count()).toBe(1);
    expect(await page.locator('[aria-selected="true"][data-testid="span-row"]').getAttribute('data-span-id')).toBe(
      spanId(15),
    );
    expect(await field(page, 'error')).toEqual(['1 error']);
  });

  test('filters and the search live in the address', async () => {
    const other = {
      trace: 9,
      span: 99,
      start: 90_000,
      name: 'chat lonely',
      attributes: chat({ 'gen_ai.request.model': 'other' }),
    };
    const { page } = await openPage([request(trip(1, 0)), request([other])]);
    await page.getByRole('button', { name: 'Tools' }).click();
    await expect.poll(() => field(page, 'name')).toEqual(['invoke_agent helper 1']);
    expect(new URL(page.url()).hash).toBe('#/traces?tool=1');
    await page.getByRole('searchbox', { name: 'Search' }).fill('nothing has this');
    await page.getByTestId('no-match').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('combobox', { name: 'Model' }).selectOption('other');
    await expect.poll(() => field(page, 'name')).toEqual(['chat lonely']);
    await page.reload();
    await expect.poll(() => field(page, 'name')).toEqual(['chat lonely']);
  });

  test('all of it works by the keyboard', async () => {
    const { page } = await openPage([1, 2, 3].map((n) => request(trip(n, n * 10_000))));
    await page.getByTestId('message').first().waitFor();
    const chosen = (): Promise<string | null> =>
      page.locator('[data-testid="trace-row"][aria-selected="true"]').getAttribute('data-trace-id');
    const span = (): Promise<string | null> =>
      page.locator('[data-testid="span-row"][aria-selected="true"]').getAttribute('data-span-id');
    await page.keyboard.press('j');
    await expect.poll(chosen).toBe(traceId(2));
    await expect.poll(span).toBe(spanId(24));
    await page.keyboard.press('[');
    await expect.poll(span).toBe(spanId(22));
    await page.keyboard.press(']');
    await expect.poll(span).toBe(spanId(24));
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowUp');
    await expect.poll(span).toBe(spanId(23));
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.spanId)).toBe(spanId(23));
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.getByTestId('span-row').count()).toBe(1);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.getByTestId('span-row').count()).toBe(4);
    await page.keyboard.press('k');
    await expect.poll(chosen).toBe(traceId(3));
    await page.keyboard.press('/');
    await page.keyboard.type('jkpt');
    expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('jkpt');
    await page.keyboard.press('Escape');
    await page.keyboard.press('p');
    expect(await page.getByTestId('live').innerText()).toBe('paused');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('t');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await page.reload();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  });

  test('two calls are compared', async () => {
    const { page } = await openPage([request(trip(1, 0))]);
    await page.getByTestId('message').first().waitFor();
    await page.keyboard.press('c');
    await page.keyboard.press('[');
    await page.locator(`[data-span-id="${spanId(12)}"][aria-selected="true"]`).waitFor();
    await page.keyboard.press('c');
    await page.getByRole('region', { name: 'Compare' }).waitFor();
    expect(new URL(page.url()).hash).toContain('#/compare?a=');
    const kinds = await page
      .getByTestId('diff-row')
      .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.kind));
    expect(new Set(kinds)).toEqual(new Set(['same', 'changed', 'removed', 'added']));
  });

  test('a span is copied for a shell, as OTLP and for a test', async () => {
    const { page } = await openPage([request(trip(1, 0))], { permissions: ['clipboard-read', 'clipboard-write'] });
    for (const [name, start] of [
      ['Copy as cURL', 'curl '],
      ['Copy as JSON', '{'],
      ['Copy as test fixture', 'export default {'],
    ] as const) {
      await page.getByRole('button', { name }).click();
      await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
      expect((await page.evaluate(() => navigator.clipboard.readText())).startsWith(start)).toBe(true);
    }
  });

  test('everything is cleared after a question', async () => {
    const { page } = await openPage([request(trip(1, 0))]);
    await page.getByTestId('trace-row').waitFor();
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByRole('button', { name: 'Keep' }).click();
    expect(await page.getByTestId('trace-row').count()).toBe(1);
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByRole('button', { name: 'Clear all data' }).click();
    await page.getByTestId('empty').waitFor();
  });

  test('conversations, models, logs and metrics have their screens', async () => {
    const log = logRequest({ trace: 1, span: 12, eventName: 'some.event', attributes: { a: 'b' } });
    const point = { timeUnixNano: '1790000000000000000', asDouble: 2 };
    const metric = {
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'calls', sum: { dataPoints: [point] } }] }] }],
    };
    const { page, complaints } = await openPage([request(trip(1, 0)), log, metric]);
    await page.getByRole('link', { name: 'Conversations' }).click();
    await page.getByTestId('conversation-row').getByRole('link').click();
    await page.getByTestId('message').nth(3).waitFor();
    await page.getByRole('link', { name: 'Models' }).click();
    await page.getByRole('table', { name: 'Models' }).waitFor();
    const model = page.locator('[data-testid="model-row"][data-model="gpt-4o-mini"]');
    expect(await model.locator('[data-field="calls"]').innerText()).toBe('2');
    expect(await model.locator('[data-field="cached"]').innerText()).toBe('');
    await page.getByRole('link', { name: 'Logs' }).click();
    await page.getByTestId('log-row').getByRole('link', { name: 'Span' }).click();
    expect(await page.locator('[aria-selected="true"][data-testid="span-row"]').getAttribute('data-span-id')).toBe(
      spanId(12),
    );
    await page.getByRole('link', { name: 'Metrics' }).click();
    await page.locator('[data-testid="metric-row"][data-metric="calls"]').waitFor();
    expect(complaints).toEqual([]);
  });
});

const AXE = join(ROOT, 'node_modules/axe-core/axe.min.js');

describe.skipIf(hasNoBrowser).each(['light', 'dark'] as const)('WCAG AA, %s', (colorScheme) => {
  test.each([
    '#/traces',
    '#/traces?error=1&q=nothing',
    '#/conversations/conv%201',
    '#/models',
    '#/logs',
    '#/metrics',
    `#/compare?a=${traceId(1)}/${spanId(12)}&b=${traceId(1)}/${spanId(14)}`,
  ])('%s', async (hash) => {
    const failed: SpanFields = {
      trace: 1,
      span: 18,
      parent: 11,
      start: 700,
      error: 'no',
      attributes: chat({ 'error.type': 'x' }),
    };
    const log = logRequest({ trace: 1, span: 12, eventName: 'some.event', attributes: { a: 'b' } });
    const { page } = await openPage([request([...trip(1, 0), failed]), log], { hash, colorScheme });
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await page.locator('main [role], main table, main .note').first().waitFor();
    await page.evaluate(readFileSync(AXE, 'utf8'));
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    });
    expect(violations).toEqual([]);
  });
});
