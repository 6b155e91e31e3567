/** The demo: an application, a provider and a collector on this machine, and what the collector got. */
import { join } from 'node:path';
import { type OtlpReceiver, startOtlpReceiver } from '../../test/support/otlp-receiver.ts';
import { type ProviderServer, startProviderServer } from '../../test/support/provider-server.ts';
import { type RunResult, runNode } from '../../test/support/spawn.ts';
import { scene } from './scenes.ts';
import { type Paint, painter, wantsColor } from './style.ts';
import { count, dollars, drawSpans, failed } from './tree.ts';

const APP = join(import.meta.dirname, 'app.mjs');
/** The other SDKs; only with the demo's own provider, because the real ones want a key each. */
const OTHERS = join(import.meta.dirname, 'others.mjs');
const FLAG = '--import=@x/llm-otel/register';

/** Runs the demo; resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const paint = painter(wantsColor(process.stdout));
  const out = (line = ''): void => void process.stdout.write(`${line}\n`);
  const key = process.env.OPENAI_API_KEY;
  const real = args.includes('--real');
  if (real && !key) {
    out('--real needs OPENAI_API_KEY. Without the flag the demo brings a provider of its own.');
    return 1;
  }
  const provider = real ? undefined : await startProviderServer({ scenario: scene });
  const receiver = await startOtlpReceiver();
  try {
    out();
    out(`  ${paint('dim', '$')} node ${paint('bold', '--import @x/llm-otel/register')} examples/demo/app.mjs`);
    if (key && !real) out(paint('dim', '  OPENAI_API_KEY is set; `npm run demo -- --real` uses the real API.'));
    out();
    const env = provider ? localSettings(provider.url) : openaiSettings();
    const start = (file: string): Promise<RunResult> => {
      let shown = 0;
      return runNode({
        nodeArgs: [FLAG],
        file,
        env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SERVICE_NAME: 'demo' },
        onStdout: (text) => {
          const lines = text.split('\n').slice(0, -1);
          for (const line of lines.slice(shown)) out(`  ${paint('dim', `│ ${shorten(line)}`)}`);
          shown = lines.length;
        },
      });
    };
    let result = await start(APP);
    if (provider && result.code === 0) result = await start(OTHERS);
    out();
    const spans = receiver.spans();
    if (result.code !== 0 || spans.length === 0) {
      out(paint('red', `  The application ended with ${result.signal ?? result.code} and ${spans.length} spans.`));
      out(result.stderr);
      return 1;
    }
    out(drawSpans(spans, paint, width()));
    out();
    for (const line of summary(receiver, provider, paint)) out(`  ${line}`);
    out();
    if (result.stderr !== '') out(`  ${paint('yellow', result.stderr.trim())}\n`);
    return 0;
  } finally {
    await Promise.all([receiver.close(), provider?.close()]);
  }
}

/** What makes the SDKs talk to the demo's provider. */
function localSettings(url: string): Record<string, string> {
  return {
    OPENAI_API_KEY: 'demo',
    OPENAI_BASE_URL: `${url}/v1`,
    ANTHROPIC_API_KEY: 'demo',
    ANTHROPIC_BASE_URL: url,
    GEMINI_API_KEY: 'demo',
    GEMINI_BASE_URL: url,
  };
}

/** The user's own settings of the SDK, which a child otherwise does not get. */
function openaiSettings(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('OPENAI_')));
}

/** Of the terminal; a pipe has none, and some terminals say 0. */
function width(): number {
  return process.stdout.columns || 140;
}

function plural(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

function shorten(line: string): string {
  const room = width() - 6;
  return line.length > room ? `${line.slice(0, room - 1)}…` : line;
}

function summary(receiver: OtlpReceiver, provider: ProviderServer | undefined, paint: Paint): string[] {
  const spans = receiver.spans();
  const calls = spans.filter((span) => span.attributes['gen_ai.operation.name'] !== 'execute_tool');
  const total = (key: string): number => calls.reduce((sum, { attributes: a }) => sum + Number(a[key] ?? 0), 0);
  const tools = spans.length - calls.length;
  const errors = spans.filter(failed).length;
  const parts = [
    paint('bold', plural(calls.length, 'model call')),
    ...(tools > 0 ? [plural(tools, 'tool run')] : []),
    `${count(total('gen_ai.usage.input_tokens'))} tokens in (${count(total('gen_ai.usage.cache_read.input_tokens'))} cached)`,
    `${count(total('gen_ai.usage.output_tokens'))} out (${count(total('gen_ai.usage.reasoning.output_tokens'))} thought)`,
    dollars(total('gen_ai.usage.cost')),
    errors > 0 ? paint('red', plural(errors, 'error')) : 'no errors',
  ];
  const lines = [parts.join(paint('dim', ' · '))];
  const metrics = new Set(receiver.metrics().map((metric) => metric.name)).size;
  const requests = provider?.requests.length ?? calls.length;
  const retries =
    requests > calls.length ? `; the provider saw ${requests} requests, retries are part of their call` : '';
  lines.push(paint('dim', `Sent as OTLP: ${plural(spans.length, 'span')}, ${plural(metrics, 'metric')}${retries}.`));
  return lines;
}
