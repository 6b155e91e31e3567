import { expect, test } from 'vitest';
import { freshWarnings } from '../../support/warnings.ts';
import { FakeClock } from '../support/fake-clock.ts';

const said = freshWarnings();

async function report() {
  const { ExportReport } = await import('../../../src/pipeline/shipping/export-report.ts');
  const { Account } = await import('../../../src/pipeline/batches/account.ts');
  const clock = new FakeClock();
  const words = {
    pipeline: 'otlp',
    item: 'span',
    to: 'http://backend',
    advice: { silent: 'Wait.', refused: 'Look.' },
  };
  return { clock, account: new Account(), report: new ExportReport(words, clock) };
}
const REFUSED = { ok: false, reason: 'connect ECONNREFUSED', answered: false, retryable: true } as const;

test('an outage is said once, and its end', async () => {
  const { clock, account, report: exports } = await report();
  exports.failed(REFUSED, 3, account, false);
  await clock.pass(5000);
  exports.failed(REFUSED, 3, account, false);
  exports.succeeded(account);
  exports.succeeded(account);
  expect(said().split('\n').filter(Boolean)).toEqual([
    '@x/llm-otel: warning: pipeline otlp: 3 spans could not be sent to http://backend for 0 ms: connect ECONNREFUSED. Wait.',
    '@x/llm-otel: warning: pipeline otlp: sending again after 5 s, 0 lost, 0 from the spool',
  ]);
});

test('the end of an outage that nothing was said about is not said', async () => {
  const { clock, account, report: exports } = await report();
  exports.failed(REFUSED, 3, account, true);
  await clock.pass(5000);
  exports.succeeded(account);
  expect(said()).toBe('');
  exports.failed(REFUSED, 3, account, false);
  exports.succeeded(account);
  expect(said().split('\n').filter(Boolean)).toHaveLength(2);
});
