// Writes src/cost/prices.json from the data of @pydantic/genai-prices; with --check, says whether it is up to date.
//   npm run prices [-- --check]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { calcPrice, findProvider } from '@pydantic/genai-prices';
import { compileModel } from './prices-model.mjs';

const FILE = 'src/cost/prices.json';
const MANIFEST = 'node_modules/@pydantic/genai-prices/package.json';
const MAX_BYTES = 60 * 1024;

/**
 * `gen_ai.provider.name` to the library's name. Not here: hosts without prices in the library, routers (OpenRouter, Hugging
 * Face), where the price depends on who served the call, and `z_ai`, one name for two hosts with prices of their own.
 */
const PROVIDERS = {
  openai: 'openai',
  anthropic: 'anthropic',
  'gcp.gemini': 'google',
  'azure.ai.openai': 'azure',
  'aws.bedrock': 'aws',
  mistral_ai: 'mistral',
  groq: 'groq',
  deepseek: 'deepseek',
  x_ai: 'x-ai',
  perplexity: 'perplexity',
  moonshot_ai: 'moonshotai',
  cohere: 'cohere',
  together_ai: 'together',
  fireworks_ai: 'fireworks',
  cerebras: 'cerebras',
  novita_ai: 'novita',
  voyage_ai: 'voyageai',
};

/** Finding a name in the library gives another entry where an earlier rule covers it. */
function isShadowed(provider, id, name) {
  const plain = name.replace(/^~|[*+]$/g, '');
  if (plain !== name && name.endsWith('+')) return false;
  return calcPrice({ input_tokens: 1 }, plain, { providerId: provider })?.model.id !== id;
}

const cell = (value) => JSON.stringify(value);

function compile(libraryName) {
  const provider = findProvider({ providerId: libraryName });
  if (provider === undefined) throw new Error(`the library has no provider ${libraryName}`);
  const lines = [];
  for (const model of provider.models) {
    const compiled = compileModel(libraryName, model);
    if (typeof compiled === 'string') {
      if (process.argv.includes('--verbose')) console.log(`left out ${libraryName}/${model.id}: ${compiled}`);
      continue;
    }
    const names = compiled.names.filter((name) => !isShadowed(libraryName, model.id, name));
    if (names.length === 0) continue;
    const shown = names.map((name) => (name === model.id.toLowerCase() ? '=' : name)).join(' ');
    lines.push(`${cell(model.id)}:${cell(shown === '=' ? compiled.prices : [shown, ...compiled.prices])}`);
  }
  return lines;
}

function render() {
  const { name, version, license } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  const providers = Object.entries(PROVIDERS).map(
    ([own, library]) => `${cell(own)}:{\n${compile(library).join(',\n')}\n}`,
  );
  const source = cell(`${name} ${version} (${license}), by npm run prices`);
  return `{"source":${source},"providers":{\n${providers.join(',\n')}\n}}\n`;
}

const wanted = render();
const bytes = Buffer.byteLength(wanted);
if (bytes > MAX_BYTES) throw new Error(`${FILE} would be ${bytes} bytes, which is more than ${MAX_BYTES}`);
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, wanted);
  console.log(`${FILE}: ${bytes} bytes`);
} else if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== wanted) {
  console.error(`${FILE} is not what the library says: run npm run prices and commit it`);
  process.exitCode = 1;
}
