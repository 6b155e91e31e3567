/** The demo: an application, a provider and a collector on this machine, and what the collector got. */
import { join } from 'node:path';
import { treeSettings } from '../../src/config/sdk/tree-settings.ts';
import { terminalOptions } from '../../src/pipeline/exporters/tree/terminal.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../test/support/otlp-receiver.ts';
import { type ProviderServer, startProviderServer } from '../../test/support/provider-server.ts';
import { type RunResult, runNode } from '../../test/support/spawn.ts';
import { drawReceived } from './draw-received.ts';
import { scene } from './scenes.ts';
import { painter } from './style.ts';

const APP = join(import.meta.dirname, 'app.mjs');
/** The other SDKs; only with the demo's own provider, because the real ones want a key each. */
const OTHERS = join(import.meta.dirname, 'others.mjs');
const FLAG = '--import=@x/llm-otel/register';

/** Runs the demo; resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const options = terminalOptions(treeSettings(process.env), process.stdout);
  const paint = painter(options.colors);
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
          for (const line of lines.slice(shown)) out(`  ${paint('dim', `│ ${shorten(line, options.width - 4)}`)}`);
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
    out(drawReceived(spans, options));
    for (const line of summary(receiver, provider)) out(paint('dim', line));
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

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function shorten(line: string, room: number): string {
  return line.length > room ? `${line.slice(0, room - 1)}…` : line;
}

function summary(receiver: OtlpReceiver, provider: ProviderServer | undefined): string[] {
  const spans = receiver.spans();
  const calls = spans.filter((span) => span.attributes['gen_ai.operation.name'] !== 'execute_tool').length;
  const metrics = new Set(receiver.metrics().map((metric) => metric.name)).size;
  const requests = provider?.requests.length ?? calls;
  const lines = [`Sent as OTLP: ${plural(spans.length, 'span')} and ${plural(metrics, 'metric')}.`];
  if (requests > calls) lines.push(`The provider saw ${requests} requests: retries are part of their call.`);
  return lines;
}
