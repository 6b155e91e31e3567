import { describe, expect, test } from 'vitest';
import {
  embeddingAttributes,
  generationAttributes,
  modelName,
} from '../../../../src/providers/formats/gemini/request.ts';
import {
  candidateReason,
  embeddingFacts,
  geminiFailure,
  geminiUsageFacts,
  generateFacts,
} from '../../../../src/providers/formats/gemini/response.ts';
import { GenerateReader } from '../../../../src/providers/formats/gemini/stream.ts';

/** Nothing an answer could be, but servers are. */
const ODD: readonly unknown[] = [undefined, null, 0, 'text', true, [], [null], {}, new Map(), () => {}];

const READERS = { generateFacts, embeddingFacts, usageFacts: geminiUsageFacts, failureOf: geminiFailure };

describe.each(Object.entries(READERS))('%s', (_, read) => {
  test.each(ODD)('of %o throws nothing', (value) => {
    expect(() => read(value)).not.toThrow();
  });

  test.each(['candidates', 'usageMetadata', 'promptFeedback', 'responseId', 'modelVersion', 'error', 'embeddings'])(
    'an odd %s throws nothing',
    (field) => {
      for (const value of ODD) expect(() => read({ [field]: value })).not.toThrow();
    },
  );
});

describe('modelName', () => {
  test.each([
    ['gemini-2.5-flash', 'gemini-2.5-flash'],
    ['models/gemini-2.5-flash', 'gemini-2.5-flash'],
    ['publishers/google/models/gemini-2.5-flash', 'gemini-2.5-flash'],
    ['projects/p/locations/l/publishers/google/models/gemini-2.5-flash', 'gemini-2.5-flash'],
    ['tunedModels/mine', 'tunedModels/mine'],
    ['projects/p/locations/l/endpoints/1', 'projects/p/locations/l/endpoints/1'],
    ['mymodels/x', 'mymodels/x'],
    ['models/', undefined],
    ['', undefined],
    [7, undefined],
  ])('of %s is %s', (given, name) => expect(modelName(given)).toBe(name));
});

describe('usageFacts', () => {
  test('thoughts are output, what tools put into the prompt is input', () => {
    const usage = {
      promptTokenCount: 10,
      toolUsePromptTokenCount: 3,
      candidatesTokenCount: 4,
      thoughtsTokenCount: 2,
      cachedContentTokenCount: 6,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 8 },
        { modality: 'IMAGE', tokenCount: 2 },
        { modality: 'VIDEO', tokenCount: 1 },
      ],
      toolUsePromptTokensDetails: [{ modality: 'TEXT', tokenCount: 3 }],
      candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 4 }],
      cacheTokensDetails: [{ modality: 'TEXT', tokenCount: 6 }],
    };
    expect(geminiUsageFacts(usage)).toEqual({
      input: 13,
      output: 6,
      cacheRead: 6,
      reasoning: 2,
      inputBy: { text: 11, image: 2 },
      outputBy: { audio: 4 },
      cacheReadBy: { text: 6 },
    });
  });

  test('a count that was not sent is absent, 0 is a count, a string is none', () => {
    expect(geminiUsageFacts({ promptTokenCount: 0, candidatesTokenCount: '7' })).toMatchObject({
      input: 0,
      output: undefined,
    });
    expect(geminiUsageFacts({ thoughtsTokenCount: 5 })).toMatchObject({ input: undefined, output: 5, reasoning: 5 });
    expect(geminiUsageFacts(undefined)).toBeUndefined();
  });
});

describe('finish reasons', () => {
  test.each<[unknown, boolean, string]>([
    ['STOP', false, 'stop'],
    ['STOP', true, 'tool_calls'],
    ['MAX_TOKENS', true, 'length'],
    ['SAFETY', false, 'content_filter'],
    ['MODEL_ARMOR', false, 'content_filter'],
    ['UNEXPECTED_TOOL_CALL', true, 'error'],
    ['OTHER', false, 'other'],
    [1, false, 'stop'],
    [1, true, 'tool_calls'],
    [2, false, 'length'],
    [99, false, '99'],
    [undefined, false, 'error'],
    [null, false, 'error'],
  ])('%s (calls: %s) is %s', (raw, calls, reason) => expect(candidateReason(raw, calls)).toBe(reason));

  test('one per candidate, a refused prompt has one of its own, no answer has none', () => {
    const call = { content: { parts: [{ text: 'x' }, { functionCall: { name: 'f' } }] }, finishReason: 'STOP' };
    expect(generateFacts({ candidates: [{ finishReason: 'STOP' }, call, {}] }).finishReasons).toEqual([
      'stop',
      'tool_calls',
      'error',
    ]);
    expect(generateFacts({ promptFeedback: { blockReason: 'SAFETY' } }).finishReasons).toEqual(['content_filter']);
    expect(generateFacts({ candidates: [] }).finishReasons).toBeUndefined();
  });
});

describe('embeddingFacts', () => {
  test.each<[object, number | undefined]>([
    [{ usageMetadata: { promptTokenCount: 3 } }, 3],
    [{ embeddings: [{ statistics: { tokenCount: 1 } }, { statistics: { tokenCount: 2 } }] }, 3],
    [{ embeddings: [{ statistics: { tokenCount: 1 } }, {}] }, undefined],
    [{ embeddings: [] }, undefined],
  ])('of %o counts %s', (body, input) => expect(embeddingFacts(body).usage?.input).toBe(input));
});

describe('GenerateReader', () => {
  const read = (chunks: readonly unknown[], complete = true) => {
    const reader = new GenerateReader();
    for (const chunk of chunks) reader.read(chunk);
    return reader.facts(complete);
  };
  const candidate = (fields: object, index = 0) => ({ candidates: [{ index, content: { parts: [] }, ...fields }] });

  test('the last count of every kind, the details of the last usage', () => {
    const details = [{ modality: 'TEXT', tokenCount: 9 }];
    const facts = read([
      { usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 1, promptTokensDetails: details } },
      { usageMetadata: { promptTokenCount: 12, thoughtsTokenCount: 4 } },
    ]);
    expect(facts.usage).toMatchObject({ input: 12, output: 5, reasoning: 4, inputBy: undefined });
  });

  test('id and model of the first chunk that has them', () => {
    const chunks = [{}, { responseId: 'a', modelVersion: 'models/m' }, { responseId: 'b', modelVersion: 'n' }];
    expect(read(chunks)).toMatchObject({ id: 'a', model: 'm' });
  });

  test('a call in an early chunk makes the later stop one for tools', () => {
    const calls = candidate({ content: { parts: [{ functionCall: { name: 'f' } }] } });
    expect(read([calls, candidate({ finishReason: 'STOP' })]).finishReasons).toEqual(['tool_calls']);
  });

  test('candidates by index; one without a reason got none', () => {
    expect(read([candidate({ finishReason: 'STOP' }, 1)]).finishReasons).toEqual(['error', 'stop']);
    expect(read([]).finishReasons).toEqual(['error']);
    expect(read([{ promptFeedback: { blockReason: 'OTHER' } }]).finishReasons).toEqual(['content_filter']);
  });

  test('an error among the chunks is a failure', () => {
    const error = { code: 503, message: 'secret', status: 'UNAVAILABLE' };
    expect(read([{ error }]).failure).toEqual({ type: 'UNAVAILABLE', message: 'secret' });
    expect(read([{ error: { code: 503 } }]).failure?.type).toBe('503');
  });

  test.each<[object, string | undefined]>([
    [{ candidates: [{ content: { parts: [{ text: 'a' }] } }] }, 'text'],
    [{ candidates: [{ content: { parts: [{ text: 'a', thought: true }] } }] }, 'reasoning'],
    [{ candidates: [{ content: { parts: [{ functionCall: { name: 'f' } }] } }] }, 'tool_call'],
    [{ candidates: [{ content: { parts: [{ inlineData: { mimeType: 'audio/pcm' } }] } }] }, 'audio'],
    [{ usageMetadata: {} }, 'usage'],
    [{}, undefined],
  ])('%o is of kind %s', (chunk, kind) => expect(new GenerateReader().kind(chunk)).toBe(kind));
});

describe('request attributes', () => {
  test('every setting by its name', () => {
    const config = {
      temperature: 0,
      topP: 0.9,
      topK: 40,
      maxOutputTokens: 100,
      stopSequences: ['END'],
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      seed: 7,
      candidateCount: 2,
      thinkingConfig: { thinkingLevel: 'HIGH' },
      responseMimeType: 'application/json',
    };
    expect(generationAttributes(config, true)).toEqual({
      'gen_ai.request.stream': true,
      'gen_ai.request.temperature': 0,
      'gen_ai.request.top_p': 0.9,
      'gen_ai.request.top_k': 40,
      'gen_ai.request.max_tokens': 100,
      'gen_ai.request.stop_sequences': ['END'],
      'gen_ai.request.frequency_penalty': 0.1,
      'gen_ai.request.presence_penalty': 0.2,
      'gen_ai.request.seed': 7,
      'gen_ai.request.choice.count': 2,
      'gen_ai.request.reasoning.level': 'high',
      'gen_ai.output.type': 'json',
    });
  });

  test.each<[object, string | undefined]>([
    [{ responseModalities: ['TEXT', 'IMAGE'] }, 'image'],
    [{ responseModalities: ['AUDIO'] }, 'speech'],
    [{ responseModalities: ['TEXT'] }, undefined],
    [{ responseMimeType: 'text/x.enum' }, 'text'],
    [{ candidateCount: 1 }, undefined],
  ])('output type of %o is %s', (config, type) => {
    expect(generationAttributes(config as Record<string, unknown>, false)['gen_ai.output.type']).toBe(type);
  });

  test('nothing of what is missing or odd', () => {
    expect(generationAttributes(undefined, false)).toEqual({});
    expect(generationAttributes({ temperature: '1', topK: 1.5, stopSequences: [1], seed: null }, false)).toEqual({});
    expect(embeddingAttributes('8')).toEqual({});
    expect(embeddingAttributes(8)).toEqual({ 'gen_ai.embeddings.dimension.count': 8 });
  });
});
