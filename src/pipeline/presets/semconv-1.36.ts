import { PROVIDER_NAME, USAGE_CACHE_CREATION_INPUT_TOKENS } from '../../facts/semconv.ts';
import { changed, type Found } from './found.ts';
import type { GenAiSpan } from './gen-ai-span.ts';
import type { Preset } from './preset.ts';

/** Names of the conventions before 1.37. */
export const semconv136: Preset = {
  attributes: (span) => ({
    'gen_ai.system': changed(span.text(PROVIDER_NAME), (name) => (name === 'x_ai' ? 'xai' : name)),
    ...ofOpenAi(span, 'openai.request.'),
    ...ofOpenAi(span, 'openai.response.'),
    [USAGE_CACHE_CREATION_INPUT_TOKENS]: span.tokens.cacheWrite,
  }),
};

const ofOpenAi = (span: GenAiSpan, prefix: string): Record<string, Found<string> | undefined> =>
  Object.fromEntries(Object.entries(span.texts(prefix)).map(([name, found]) => [`gen_ai.${name}`, found]));
