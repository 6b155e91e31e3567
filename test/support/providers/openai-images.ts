/** Images: generate, edit, variation. https://platform.openai.com/docs/api-reference/images */
import type { Call, Reply } from './provider.ts';

/** The smallest PNG: one transparent pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const USAGE = {
  input_tokens: 50,
  input_tokens_details: { image_tokens: 40, text_tokens: 10 },
  output_tokens: 272,
  output_tokens_details: { image_tokens: 272, text_tokens: 0 },
  total_tokens: 322,
};

/** `POST /images/generations`, `/images/edits`, `/images/variations`; a form's fields come as strings. */
export function images(call: Call): Reply {
  const { body, model } = call;
  const size = String(body.size ?? '1024x1024');
  const look = { background: 'opaque', output_format: 'png', quality: 'low', size };
  const created = 1_767_225_600;
  if (String(body.stream) === 'true') {
    const event = (type: string, more: object) => ({
      event: type,
      data: { type, b64_json: PNG, created_at: created, ...look, ...more },
    });
    return {
      sse: [
        event('image_generation.partial_image', { partial_image_index: 0 }),
        event('image_generation.completed', { usage: USAGE }),
      ],
    };
  }
  const count = Number(body.n ?? 1);
  const modern = model.startsWith('gpt-image');
  const image = modern || body.response_format === 'b64_json' ? { b64_json: PNG } : { url: 'https://images.invalid/1' };
  const data = Array.from({ length: count }, () => image);
  return { json: modern ? { created, ...look, data, usage: USAGE } : { created, data } };
}
