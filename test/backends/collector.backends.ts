import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { collectorDocument } from '../../src/cli/collector-config/collector-document.ts';
import { startSdk } from '../../src/pipeline/sdk/start-sdk.ts';
import { flushAll } from '../../src/pipeline/shipping/process-end.ts';
import { settingsOf } from '../config/file/files.ts';
import '../pipeline/support/parts.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { LOG_RULES, type RuleCase, type Seen, SPAN_RULES } from './collector/cases.ts';
import { type RunningCollector, startCollector } from './collector/run-collector.ts';
import { makeLogs, makeSpans } from './collector/spans.ts';
import { programOf } from './programs.ts';

vi.mock(import('../../src/pipeline/load.ts'), () => import('../pipeline/support/load.ts'));

const KEY = 'a key of more than thirty-two characters';
const ENV = { LLM_OTEL_HASH_KEY: KEY };
const RESOURCE = 'resource: { attributes: [{ name: service.name, value: shop }, { name: host.name, value: h1 }] }';

type Signal = 'traces' | 'logs';
const RULES: Readonly<Record<Signal, Readonly<Record<string, RuleCase>>>> = { traces: SPAN_RULES, logs: LOG_RULES };
const PROVIDERS = { traces: 'tracer_provider', logs: 'logger_provider' } as const;

/** A pipeline a rule, and pipelines with no rule behind. */
function configuration(addressOf: (signal: Signal, rule: string) => string, extra?: string): string {
  const pipeline = (name: string, keys: string, url: string, signal: Signal): string =>
    `    - llm_otel_pipeline: { name: ${name}, ${keys === '' ? '' : `${keys}, `}exporter: { otlp_http: { endpoint: "${url}/v1/${signal}" } } }`;
  const providers = (Object.keys(PROVIDERS) as Signal[]).flatMap((signal) => [
    `${PROVIDERS[signal]}:`,
    '  processors:',
    ...Object.entries(RULES[signal]).map(([rule, { keys }], index) =>
      pipeline(`rule-${index + 1}`, keys, addressOf(signal, rule), signal),
    ),
    ...(extra === undefined ? [] : [pipeline('collector', '', extra, signal)]),
  ]);
  return ['file_format: "1.1"', RESOURCE, ...providers, ''].join('\n');
}

/** Items in a comparable form: without times, and without what no rule changes. */
function itemsOf(receiver: OtlpReceiver | undefined, signal: Signal, { differs }: RuleCase): Seen[] {
  const equal = differs?.equal ?? ((seen: Seen): Seen => seen);
  const found: Seen[] =
    signal === 'traces'
      ? (receiver?.spans() ?? []).map(({ startTime, endTime, events, ...span }) => ({
          ...span,
          events: events.map((event) => ({ ...event, time: 0n })),
        }))
      : (receiver?.logs() ?? []).map(({ time, observedTime, ...log }) => log);
  const keyOf = (seen: Seen): string =>
    `${seen.spanId ?? ''}${JSON.stringify(seen.attributes)}${JSON.stringify(seen.body)}`;
  return found.map(equal).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const program = await programOf('collector');

describe.skipIf(program === undefined)('the Collector with a written configuration', () => {
  const receivers = new Map<string, OtlpReceiver>();
  let collector: RunningCollector;
  let lines: readonly string[];
  const place = (where: 'process' | 'collector', signal: Signal, rule: string): string => `${where} ${signal} ${rule}`;
  const receiverOf = (...args: Parameters<typeof place>): OtlpReceiver | undefined => receivers.get(place(...args));

  beforeAll(async () => {
    vi.stubEnv('LLM_OTEL_HASH_KEY', KEY);
    for (const signal of ['traces', 'logs'] as const)
      for (const rule of Object.keys(RULES[signal]))
        for (const where of ['process', 'collector'] as const)
          receivers.set(place(where, signal, rule), await startOtlpReceiver());
    const addresses =
      (where: 'process' | 'collector') =>
      (signal: Signal, rule: string): string =>
        receiverOf(where, signal, rule)?.url ?? '';
    const { sdk: forCollector } = settingsOf(configuration(addresses('collector')), ENV);
    ({ lines } = collectorDocument({ sdk: forCollector, endpoint: undefined }));
    collector = await startCollector(program as string, lines, ENV);
    const { sdk: settings } = settingsOf(configuration(addresses('process'), collector.url), ENV);
    const sdk = startSdk({ ...settings, metrics: undefined });
    const tracer = sdk.trace?.getTracer('app');
    const logger = sdk.logs?.().getLogger('app');
    if (tracer === undefined || logger === undefined) throw new Error('no SDK');
    makeSpans(tracer);
    makeLogs(logger);
    await sdk.flush();
    await flushAll(10_000);
    await sdk.shutdown(5000);
    // At its end the Collector decides about the traces that wait and sends everything.
    await untilDecided(receivers);
    await collector.stop();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await collector?.stop();
    await Promise.all([...receivers.values()].map((receiver) => receiver.close()));
  });

  describe.each(['traces', 'logs'] as const)('%s', (signal) => {
    test.each(Object.entries(RULES[signal]))('%s', (rule, one: RuleCase) => {
      const comments = lines.filter((line) => line.startsWith('# '));
      const index = Object.keys(RULES[signal]).indexOf(rule) + 1;
      const own = comments.filter((line) => line.includes(`pipeline rule-${index} (${signal})`)).join('\n');
      if (one.lacks === undefined) expect(own).not.toContain('# not translated');
      else expect(own).toMatch(one.lacks);
      if (one.differs !== undefined) expect(own).toMatch(one.differs.comment);
      else if (one.lacks === undefined) expect(own).not.toContain('# differs');
      if (one.lacks !== undefined && one.differs === undefined) return;
      const [inProcess, inCollector] = (['process', 'collector'] as const).map((where) =>
        itemsOf(receiverOf(where, signal, rule), signal, one),
      );
      expect(inCollector).toEqual(inProcess);
    });
  });
});

/** Waits for the spans of a rule that keeps every trace, which are decided as late as those of all other rules. */
async function untilDecided(receivers: ReadonlyMap<string, OtlpReceiver>): Promise<void> {
  const all = receivers.get('process traces without rules')?.spans().length ?? 0;
  const isThere = (receiver: OtlpReceiver): boolean => receiver.spans().length >= all;
  for (const rule of ['tail, all', 'tail without policies'])
    await receivers.get(`collector traces ${rule}`)?.waitFor(isThere, 30_000);
}
