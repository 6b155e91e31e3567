import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { startProviderServer } from '../support/provider-server.ts';
import { ROOT, runNode } from '../support/spawn.ts';
import { LOADED, TYPES } from './application.ts';

/** Which packages of OpenTelemetry an application has. Linked ones find here what they need, copied ones do not. */
const FOLDERS = {
  'no OpenTelemetry': {},
  'the api alone': { '@opentelemetry/api': 'linked' },
  'the instrumentation package without the api': { '@opentelemetry/instrumentation': 'copied' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, 'linked' | 'copied'>>>>;

const MISSING =
  '@x/llm-otel: warning: nothing is recorded, because @opentelemetry/api cannot be found from @x/llm-otel. Install it beside: npm install @opentelemetry/api.\n';

/** Does the application import the package? */
const USES = {
  'the package': true,
  'the flag alone': false,
} as const;

const made: string[] = [];

function folderWith(packages: Readonly<Record<string, 'linked' | 'copied'>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'llm-otel-absent-'));
  made.push(folder);
  const place = (name: string): string => {
    const path = join(folder, 'node_modules', name);
    mkdirSync(join(path, '..'), { recursive: true });
    return path;
  };
  cpSync(join(ROOT, 'dist'), join(place('@x/llm-otel'), 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(place('@x/llm-otel'), 'package.json'));
  symlinkSync(join(ROOT, 'node_modules', 'openai'), place('openai'));
  for (const [name, how] of Object.entries(packages)) {
    const source = join(ROOT, 'node_modules', name);
    if (how === 'linked') symlinkSync(source, place(name));
    else cpSync(source, place(name), { recursive: true });
  }
  return folder;
}

const importing = (type: 'mjs' | 'cjs', names: string, from: string): string =>
  type === 'mjs' ? `import ${names} from '${from}';` : `const ${names} = require('${from}');`;

/** Uses everything that an application may use, and says whether all of it worked. */
const BODY = `
const all = [...getLlmInstrumentations({ captureContent: 'SPAN_ONLY' }), new OpenAIInstrumentation()];
for (const one of all) {
  one.enable();
  one.setConfig({});
  one.setTracerProvider({});
  one.disable();
  one.patch({ OpenAI });
}
const client = instrument(new OpenAI({ apiKey: 'k', baseURL: process.env.PROVIDER, maxRetries: 0 }));
const run = () => client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });
const traced = () => traceGeneration({ provider: 'x' }, (call) => (call.response({ id: '1' }), run()));
const answer = await withAttributes({ a: 1 }, () => agent('a', traced));
console.log(answer.choices[0].message.role);
`;

const PLAIN = `
const client = new OpenAI({ apiKey: 'k', baseURL: process.env.PROVIDER, maxRetries: 0 });
const answer = await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });
console.log(answer.choices[0].message.role);
`;

function source(type: 'mjs' | 'cjs', uses: boolean): string {
  const names = '{ agent, getLlmInstrumentations, instrument, OpenAIInstrumentation, traceGeneration, withAttributes }';
  const head = [importing(type, '{ OpenAI }', 'openai')];
  if (uses) head.push(importing(type, names, '@x/llm-otel'));
  const body = uses ? BODY : PLAIN;
  return [...head, type === 'mjs' ? body : `(async () => {${body}})();`].join('\n');
}

describe('an application without OpenTelemetry', () => {
  let url: string;
  let receiver: OtlpReceiver;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const server = await startProviderServer();
    receiver = await startOtlpReceiver();
    url = `${server.url}/v1`;
    close = () => server.close();
  });
  beforeEach(() => receiver.reset());
  afterAll(async () => {
    await close();
    await receiver.close();
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
  });

  describe.each(Object.entries(FOLDERS))('%s', (_name, packages) => {
    let cwd: string;
    beforeAll(() => {
      cwd = folderWith(packages);
    });

    const rows = TYPES.flatMap((type) =>
      Object.entries(USES).flatMap(([what, uses]) => [false, true].map((flag) => ({ type, what, uses, flag }))),
    ).filter(({ uses, flag }) => uses || flag);

    it.each(rows)(
      '$type uses $what (flag: $flag): it runs, and only the flag says what is missing',
      async ({ type, uses, flag }) => {
        const run = await runNode({
          source: source(type, uses),
          type,
          cwd,
          nodeArgs: flag ? LOADED[type] : [],
          env: { PROVIDER: url, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
        });
        // The API is all that register needs.
        const recorded = flag && '@opentelemetry/api' in packages;
        const stderr = flag && !recorded ? MISSING : '';
        expect(run).toMatchObject({ stdout: 'assistant\n', stderr, code: 0 });
        expect(receiver.spans().filter(({ name }) => name.startsWith('chat'))).toHaveLength(recorded ? 1 : 0);
      },
    );
  });
});
