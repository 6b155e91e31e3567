import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type LlmInstrumentation, VercelAIInstrumentation } from '../../../src/index.ts';
import { kindOfModel } from '../../../src/providers/vercel-ai/model-kind.ts';
import { contextManager } from '../../telemetry/context-manager.ts';
import { tracing } from '../../telemetry/in-memory.ts';
import { writeFakePackages } from './fake-packages.ts';

/** Models of `@ai-sdk/*` called without `ai`, in this process, CommonJS. test/register/ai-sdk-packages.test.ts has ES modules. */

contextManager();

type Call = (options: object) => Promise<Record<string, unknown>>;
type Model = Record<'doGenerate' | 'doStream' | 'doEmbed' | 'doRerank', Call>;
type Demo = Record<string, (modelId: string) => Model>;
interface Package {
  createDemo(): Demo;
  readonly demo: Demo;
}

let packages: ReturnType<typeof writeFakePackages>;
let instrumentation: LlmInstrumentation | undefined;

beforeAll(() => {
  packages = writeFakePackages();
});
afterEach(() => instrumentation?.disable());
afterAll(() => packages.remove());

/** A copy of the package that no test has loaded. */
function load(name: string): unknown {
  const require = createRequire(join(packages.folder, 'x.cjs'));
  return require(name);
}

function forget(name: string): void {
  const require = createRequire(join(packages.folder, 'x.cjs'));
  delete require.cache[require.resolve(name)];
}

function record(): { spans(): ReadableSpan[]; instrumentation: LlmInstrumentation } {
  const { provider, spans } = tracing();
  instrumentation = new VercelAIInstrumentation();
  instrumentation.setTracerProvider(provider);
  return { spans, instrumentation };
}

const summary = ({ name, attributes }: ReadableSpan): unknown[] => [
  name,
  attributes['gen_ai.provider.name'],
  attributes['gen_ai.usage.input_tokens'],
  attributes['error.type'] ?? attributes['llm_otel.stream.outcome'],
];

async function callAll(demo: Demo): Promise<void> {
  const model = (factory: string, id: string): Model => (demo[factory] as Demo[string])(id);
  const failed = model('chat', 'm-failed').doGenerate({ fail: true });
  await expect(failed).rejects.toMatchObject({ message: 'no' });
  await model('chat', 'm-chat').doGenerate({ temperature: 0.5 });
  const { stream } = await model('chat', 'm-stream').doStream({});
  const read: unknown[] = [];
  for await (const part of stream as AsyncIterable<unknown>) read.push(part);
  expect(read).toHaveLength(3);
  await model('embedding', 'm-embed').doEmbed({ values: ['a'] });
  await model('imageModel', 'm-image').doGenerate({ n: 2 });
  await model('speech', 'm-speech').doGenerate({});
  await model('transcription', 'm-transcription').doGenerate({});
  await model('rerankingModel', 'm-rerank').doRerank({});
  await model('video', 'm-video').doGenerate({});
  await model('old', 'm-version-1').doGenerate({});
}

const RECORDED = [
  ['chat m-failed', 'demo', undefined, 'DemoModelError'],
  ['chat m-chat', 'demo', 24, undefined],
  ['chat m-stream', 'demo', 24, 'completed'],
  ['embeddings m-embed', 'demo', 24, undefined],
  ['image_generation m-image', 'demo', undefined, undefined],
  ['speech m-speech', 'demo', undefined, undefined],
  ['transcription m-transcription', 'demo', undefined, undefined],
  ['rerank m-rerank', 'demo', undefined, undefined],
];

describe('a model called without ai', () => {
  test('of a package that is loaded later has one span a call', async () => {
    const { spans } = record();
    await callAll((load('@ai-sdk/demo') as Package).createDemo());
    expect(spans().map(summary)).toEqual(RECORDED);
    expect(spans()[1]?.attributes).toMatchObject({
      'gen_ai.request.temperature': 0.5,
      'server.address': 'demo.test',
      'gen_ai.usage.output_tokens': 17,
      'gen_ai.response.finish_reasons': ['stop'],
    });
    forget('@ai-sdk/demo');
  });

  test('of a package that was loaded before, and through patch()', async () => {
    const early = load('@ai-sdk/demo') as Package;
    const { spans } = record();
    await callAll(early.demo);
    expect(spans().map(summary)).toEqual(RECORDED);
    forget('@ai-sdk/demo');
    const community = load('community-provider') as Package;
    await community.demo.chat?.('m-unseen').doGenerate({});
    expect(spans()).toHaveLength(RECORDED.length);
    expect(instrumentation?.patch(community)).toBe(true);
    await callAll(community.demo);
    expect(spans().slice(RECORDED.length).map(summary)).toEqual(RECORDED);
    forget('community-provider');
  });

  test('is not recorded while the instrumentation is off, and again afterwards', async () => {
    const { spans, instrumentation: switched } = record();
    const { demo } = load('@ai-sdk/demo') as Package;
    switched.disable();
    await demo.chat?.('m-off').doGenerate({});
    expect(spans()).toEqual([]);
    switched.enable();
    await demo.chat?.('m-on').doGenerate({});
    expect(spans().map(({ name }) => name)).toEqual(['chat m-on']);
    forget('@ai-sdk/demo');
  });

  test('and through ai, is one span in both cases, with the same attributes', async () => {
    const { spans } = record();
    const { demo } = load('@ai-sdk/demo') as Package;
    const { generateText } = load('ai') as { generateText(options: object): Promise<{ text: string }> };
    await demo.chat?.('m').doGenerate({ prompt: [] });
    expect(await generateText({ model: demo.chat?.('m') })).toEqual({ text: 'hello' });
    const [direct, through, ...more] = spans().map(({ name, attributes }) => ({ name, attributes }));
    expect(more).toEqual([]);
    expect(through).toEqual(direct);
    forget('@ai-sdk/demo');
    forget('ai');
  });

  test('of a package without models: nothing is said', () => {
    const warned: unknown[] = [];
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = ((text: unknown) => warned.push(text) > 0) as typeof write;
    try {
      record();
      expect(load('@ai-sdk/provider')).toHaveProperty('ProviderError');
    } finally {
      process.stderr.write = write;
    }
    expect(warned).toEqual([]);
  });
});

describe('the kind of a model', () => {
  const method = (): void => {};
  class XSpeechTranscriptionModel {
    doGenerate = method;
    doStream = method;
  }
  class SpeechTranslationModel {
    doStream = method;
  }
  class GrokVideoModel {
    doGenerate = method;
  }
  test.each([
    ['by its name, before its methods', new XSpeechTranscriptionModel(), 'transcription'],
    ['that streams only', new SpeechTranslationModel(), undefined],
    ['for videos', new GrokVideoModel(), undefined],
    [
      'of a minified class',
      new (class a {
        doGenerate = method;
        doStream = method;
      })(),
      'language',
    ],
    ['that embeds', { doEmbed: method }, 'embedding'],
    ['that ranks', { doRerank: method }, 'reranking'],
    ['without a prototype', Object.assign(Object.create(null), { doGenerate: method, doStream: method }), 'language'],
    ['without methods', {}, undefined],
  ])('%s', (_, model, kind) => {
    expect(kindOfModel(model)).toBe(kind);
  });
});
