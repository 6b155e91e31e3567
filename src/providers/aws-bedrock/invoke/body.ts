/** Bodies of `InvokeModel`: JSON in the form of the model's family. */
import type { OperationName } from '../../../facts/call.ts';
import { asObject, asString } from '../../reading/unknown-values.ts';

/** A JSON object. */
export type Body = Readonly<Record<string, unknown>>;

/**
 * The object in a body: a text, bytes, or a buffer. `undefined` for a stream, and for a body that is no JSON. Bytes are read,
 * and stay as they are.
 */
export function decodedBody(body: unknown): Body | undefined {
  const text = textOf(body);
  if (text === undefined) return undefined;
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined; // the model's own format
  }
}

function textOf(body: unknown): string | undefined {
  if (typeof body === 'string') return body;
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return new TextDecoder().decode(body as ArrayBuffer);
  return undefined;
}

/** Tasks of Titan and Nova that make pictures. */
const PICTURE_TASK = /IMAGE|INPAINTING|OUTPAINTING|VARIATION|BACKGROUND_REMOVAL/;

/** By the shape of the body; only embeddings of Titan look like texts of Titan, and the model's name decides. */
export function operationOf(body: Body, model: string): OperationName {
  if (/embed/i.test(model) || body.texts !== undefined || body.singleEmbeddingParams !== undefined) return 'embeddings';
  if (body.query !== undefined && body.documents !== undefined) return 'rerank';
  if (body.text_prompts !== undefined || PICTURE_TASK.test(asString(body.taskType) ?? '')) return 'image_generation';
  return body.messages !== undefined || body.message !== undefined ? 'chat' : 'text_completion';
}
