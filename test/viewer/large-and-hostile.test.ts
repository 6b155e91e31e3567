import { describe, expect, test } from 'vitest';
import { chat, messages, otlpSpan, says, spanId, traceRequest } from '../cli/view/otlp-json.ts';
import { hasNoBrowser, openPage, useBrowser } from './open-page.ts';

useBrowser();

const COUNT = 10_000;
/** Elements of the page: the whole list would be ten times as many. */
const MOST_ELEMENTS = 2500;

describe.skipIf(hasNoBrowser)('large data', () => {
  test('10,000 traces: few elements, and every row can be reached', async () => {
    const traces = Array.from({ length: COUNT }, (_, i) =>
      otlpSpan({ trace: i + 1, span: i + 1, start: i, name: `chat ${i}` }),
    );
    const { page } = await openPage([traceRequest(traces)]);
    await page.getByTestId('trace-row').first().waitFor();
    const grid = page.getByRole('grid', { name: 'Traces' });
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(COUNT + 1));
    expect(await page.locator('*').count()).toBeLessThan(MOST_ELEMENTS);
    await grid.locator('.rows').evaluate((rows) => rows.scrollTo(0, rows.scrollHeight));
    await page.locator('[data-field="name"]').getByText('chat 0', { exact: true }).waitFor();
    expect(await page.locator('*').count()).toBeLessThan(MOST_ELEMENTS);
  });

  test('10,000 spans in a trace, each with 100 chunks on the screen: few elements, and the last can be reached', async () => {
    const events = Array.from({ length: 100 }, (_, i) => ({ name: 'llm_otel.stream.chunk', at: i }));
    const spans = Array.from({ length: COUNT }, (_, i) =>
      otlpSpan({
        span: i + 1,
        ...(i > 0 && { parent: 1 }),
        start: i,
        duration: 100,
        attributes: chat(),
        events: i < 50 ? events : [],
      }),
    );
    const { page } = await openPage([traceRequest(spans)]);
    await page.getByTestId('span-row').first().waitFor();
    expect(await page.locator('*').count()).toBeLessThan(MOST_ELEMENTS);
    await page.locator('.waterfall .rows').evaluate((rows) => rows.scrollTo(0, 0));
    await page.locator(`[data-span-id="${spanId(1)}"]`).click();
    expect(await page.locator('*').count()).toBeLessThan(MOST_ELEMENTS);
    await page.keyboard.press('End');
    await page.locator(`[data-span-id="${spanId(COUNT)}"][aria-selected="true"]`).waitFor();
  });

  test('a trace of 1,000 levels', async () => {
    const spans = Array.from({ length: 1000 }, (_, i) =>
      otlpSpan({ span: i + 1, ...(i > 0 && { parent: i }), start: i, attributes: chat() }),
    );
    const { page, complaints } = await openPage([traceRequest(spans)]);
    const last = page.locator(`[data-span-id="${spanId(1000)}"][aria-selected="true"]`);
    await last.waitFor();
    expect(await last.getAttribute('aria-level')).toBe('1000');
    expect((await last.locator('.title').boundingBox())?.width).toBeGreaterThan(20);
    expect(complaints).toEqual([]);
  });

  test('a text of 300 kB is cut, and shown whole by a button', async () => {
    const { page } = await openPage([
      traceRequest([otlpSpan({ attributes: chat(messages([says('user', 'x'.repeat(300_000))])) })]),
    ]);
    const text = page.locator('[data-part="text"] .text');
    await text.waitFor();
    expect((await text.innerText()).length).toBeLessThan(20_000);
    await page.getByRole('button', { name: 'Show all 300,000 characters' }).click();
    expect((await text.innerText()).length).toBe(300_000);
  });

  test('the page can be used at a width of 700 pixels', async () => {
    const { page } = await openPage([traceRequest([otlpSpan({ attributes: chat(messages([says('user', 'hi')])) })])], {
      viewport: { width: 700, height: 900 },
    });
    await page.getByTestId('message').waitFor();
    for (const id of ['trace-row', 'span-row', 'message', 'live'])
      expect(
        await page
          .getByTestId(id)
          .first()
          .evaluate((one) => one.getBoundingClientRect().right <= innerWidth),
      ).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(700);
  });
});

const HOSTILE = [
  '<img src=x onerror="document.title=\'owned\'">',
  '<script>document.title="owned"</script>',
  '"><iframe src="https://evil.example/">',
  '[a](javascript:alert(1)) ![x](https://evil.example/p.png)',
  'https://evil.example/',
  '\u202egnp.exe\u0000\u001b[31m',
  '__proto__',
];

describe.skipIf(hasNoBrowser)('hostile data', () => {
  test.each(HOSTILE)('%j is a text everywhere', async (text) => {
    const attributes = {
      ...chat({ 'gen_ai.request.model': text, 'gen_ai.conversation.id': text, [text]: text }),
      ...messages(
        [
          {
            role: text,
            parts: [
              { type: 'text', content: text },
              { type: text, a: text },
            ],
          },
        ],
        [
          {
            role: 'assistant',
            parts: [
              { type: 'tool_call', id: text, name: text, arguments: text },
              { type: 'uri', uri: text, mime_type: text },
            ],
          },
        ],
      ),
    };
    const { page, complaints } = await openPage([
      traceRequest([otlpSpan({ name: text, error: text, attributes })], text),
    ]);
    await page.getByTestId('message').first().waitFor();
    for (const tab of ['Request', 'Usage', 'Events', 'Attributes', 'Raw'])
      await page.getByRole('tab', { name: tab }).click();
    for (const view of ['Conversations', 'Models', 'Logs', 'Metrics', 'Traces'])
      await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click();
    await page.getByTestId('message').first().waitFor();
    expect(
      await page.locator('main :is(img, iframe, script, object, a[href^="javascript"], a[href^="http"])').count(),
    ).toBe(0);
    expect(await page.title()).toBe('traces · llm-otel view');
    expect(complaints).toEqual([]);
  });
});
