/** Packages of the shape of `@ai-sdk/*` and `ai` 6 in a folder, with classes that no export leads to. The real packages run in test/frameworks. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../../support/spawn.ts';

/** Models as the packages of `ai` 6 have them; `DemoVideoModel` is of no recorded kind. */
const MODELS = `
var said = [{ type: 'text', text: 'hello' }];
var usage = { inputTokens: { total: 24 }, outputTokens: { total: 17 } };
var finish = { unified: 'stop', raw: 'stop' };
var DemoModelError = class extends Error {};
var DemoChatLanguageModel = class {
  constructor(modelId, version = 'v3') {
    this.specificationVersion = version;
    this.modelId = modelId;
    this.config = { baseURL: 'http://demo.test:81/v1' };
  }
  get provider() { return 'demo.chat'; }
  async doGenerate(options) {
    if (options.fail) throw new DemoModelError('no');
    return { content: said, finishReason: finish, usage, warnings: [] };
  }
  async doStream() {
    const parts = [{ type: 'stream-start' }, { type: 'text-delta', id: '0', delta: 'hello' }, { type: 'finish', finishReason: finish, usage }];
    return { stream: new ReadableStream({ start(c) { for (const part of parts) c.enqueue(part); c.close(); } }) };
  }
};
var DemoEmbeddingModel = class extends DemoChatLanguageModel {
  async doEmbed() { return { embeddings: [[1]], usage: { tokens: 24 } }; }
};
var DemoImageModel = class { constructor(modelId) { this.modelId = modelId; this.provider = 'demo.image'; } async doGenerate() { return { images: ['x'] }; } };
var DemoSpeechModel = class { constructor(modelId) { this.modelId = modelId; this.provider = 'demo.speech'; } async doGenerate() { return { audio: 'x' }; } };
var DemoTranscriptionModel = class { constructor(modelId) { this.modelId = modelId; this.provider = 'demo.transcription'; } async doGenerate() { return { text: 'x' }; } async doStream() { return {}; } };
var DemoRerankingModel = class { constructor(modelId) { this.modelId = modelId; this.provider = 'demo.reranking'; } async doRerank() { return { ranking: [] }; } };
var DemoVideoModel = class { constructor(modelId) { this.modelId = modelId; } async doGenerate() { return { videos: [] }; } };
function createDemo() {
  const provider = (modelId) => new DemoChatLanguageModel(modelId);
  return Object.assign(provider, {
    chat: provider,
    languageModel: provider,
    old: (modelId) => new DemoChatLanguageModel(modelId, 'v1'),
    embedding: (modelId) => new DemoEmbeddingModel(modelId),
    imageModel: (modelId) => new DemoImageModel(modelId),
    speech: (modelId) => new DemoSpeechModel(modelId),
    transcription: (modelId) => new DemoTranscriptionModel(modelId),
    rerankingModel: (modelId) => new DemoRerankingModel(modelId),
    video: (modelId) => new DemoVideoModel(modelId),
    responses: () => { throw new DemoModelError('no such model'); },
  });
}
var demo = createDemo();
`;

const AI = `
function resolveLanguageModel(model) { return model; }
async function generateText(options) {
  const result = await resolveLanguageModel(options.model).doGenerate({ prompt: [] });
  return { text: result.content[0].text };
}
`;

const FORMATS = {
  mjs: (names: string): string => `export { ${names} };\n`,
  // Getters, as bundlers make them: an export shows what takes the place of a function.
  js: (names: string): string =>
    `module.exports = { ${names
      .split(', ')
      .map((name) => `get ${name}() { return ${name}; }`)
      .join(', ')} };\n`,
} as const;

const MANIFEST = { version: '3.0.0', exports: { '.': { import: './dist/index.mjs', require: './dist/index.js' } } };

/** Packages by npm name: source, and exported names. */
const PACKAGES: Readonly<Record<string, readonly [source: string, names: string]>> = {
  '@ai-sdk/demo': [MODELS, 'createDemo, demo'],
  '@ai-sdk/provider': ['var ProviderError = class extends Error {};\n', 'ProviderError'],
  'community-provider': [MODELS, 'createDemo, demo'],
  ai: [AI, 'generateText'],
};

/** Writes the packages into `node_modules` of a new folder, beside a link to this package. */
export function writeFakePackages(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'llm-otel-ai-sdk-'));
  const write = (path: string, text: string): void => {
    const full = join(folder, 'node_modules', path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  };
  for (const [name, [source, names]] of Object.entries(PACKAGES)) {
    write(`${name}/package.json`, JSON.stringify({ name, ...MANIFEST }));
    for (const extension of ['mjs', 'js'] as const)
      write(`${name}/dist/index.${extension}`, source + FORMATS[extension](names));
  }
  mkdirSync(join(folder, 'node_modules', '@x'));
  symlinkSync(ROOT, join(folder, 'node_modules', '@x', 'llm-otel'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
