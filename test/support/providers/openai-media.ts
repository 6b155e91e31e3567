/** Embeddings, audio, moderation and vector stores. https://platform.openai.com/docs/api-reference */
import { Buffer } from 'node:buffer';
import { TOKENS } from '../scenario.ts';
import { ANSWER, type Call, deltas, type Reply } from './provider.ts';

/** `POST /embeddings`, as floats or, what SDKs ask for by default, as base64 of little-endian float32 */
export function embeddings({ body, model, scenario }: Call): Reply {
  const inputs = inputCount(body.input);
  const size = typeof body.dimensions === 'number' ? body.dimensions : 8;
  const vector = Float32Array.from({ length: size }, (_, i) => 1 / (i + 1));
  const embedding = body.encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector];
  const prompt_tokens = scenario.input ?? TOKENS.input;
  return {
    json: {
      object: 'list',
      data: Array.from({ length: inputs }, (_, index) => ({ object: 'embedding', index, embedding })),
      model,
      usage: { prompt_tokens, total_tokens: prompt_tokens },
    },
  };
}

/** A string or an array of token numbers is one input, an array of either is several. */
function inputCount(input: unknown): number {
  return Array.isArray(input) && typeof input[0] !== 'number' ? input.length : 1;
}

/** `POST /audio/speech`: the bytes of an (empty) MP3 frame, or events */
export function speech({ body }: Call): Reply {
  const frame = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(413)]);
  if (body.stream_format !== 'sse') return { bytes: frame, type: 'audio/mpeg' };
  return {
    sse: [
      { data: { type: 'speech.audio.delta', audio: frame.toString('base64') } },
      { data: { type: 'speech.audio.done', usage: { input_tokens: 14, output_tokens: 101, total_tokens: 115 } } },
    ],
  };
}

/** `POST /audio/transcriptions` and `/audio/translations`; a form's fields come as strings */
export function transcription({ body, model, scenario }: Call): Reply {
  const usage = {
    type: 'tokens',
    input_tokens: 14,
    input_token_details: { text_tokens: 0, audio_tokens: 14 },
    output_tokens: 45,
    total_tokens: 59,
  };
  const format = body.response_format ?? 'json';
  if (format === 'text' || format === 'srt' || format === 'vtt') {
    return { bytes: Buffer.from(`${ANSWER}\n`), type: 'text/plain; charset=utf-8' };
  }
  if (String(body.stream) === 'true') {
    return {
      sse: [
        ...deltas(ANSWER, scenario.chunks).map((delta) => ({ data: { type: 'transcript.text.delta', delta } })),
        { data: { type: 'transcript.text.done', text: ANSWER, usage } },
        { data: '[DONE]' },
      ],
    };
  }
  // whisper counts seconds, its successors tokens.
  const seconds = { type: 'duration', seconds: 3 };
  if (format === 'verbose_json') {
    const segment = { id: 0, seek: 0, start: 0, end: 3, text: ANSWER, tokens: [1], temperature: 0 };
    const more = { task: 'transcribe', language: 'english', duration: 3, segments: [segment] };
    return { json: { ...more, text: ANSWER, usage: seconds } };
  }
  return { json: { text: ANSWER, usage: model.startsWith('whisper') ? seconds : usage } };
}

/** `POST /moderations` */
export function moderation({ body, model }: Call): Reply {
  const result = {
    flagged: false,
    categories: { harassment: false, hate: false, violence: false },
    category_scores: { harassment: 0.00001, hate: 0.00001, violence: 0.00002 },
    category_applied_input_types: { harassment: ['text'], hate: ['text'], violence: ['text'] },
  };
  const results = Array.from({ length: inputCount(body.input) }, () => result);
  return { json: { id: 'modr-0sea', model: model || 'omni-moderation-2024-09-26', results } };
}

/** `POST /vector_stores/{id}/search`: one page */
export function vectorSearch({ body }: Call): Reply {
  const found = {
    file_id: 'file-0sea',
    filename: 'sea.md',
    score: 0.91,
    attributes: { year: 2024 },
    content: [{ type: 'text', text: ANSWER }],
  };
  return {
    json: {
      object: 'vector_store.search_results.page',
      search_query: [body.query].flat(),
      data: [found, { ...found, file_id: 'file-1sea', score: 0.55 }],
      has_more: false,
      next_page: null,
    },
  };
}
