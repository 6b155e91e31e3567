import { expect, test } from 'vitest';
import { Patcher } from '../../../src/patching/wrapping/patcher.ts';
import { googleGenAI } from '../../../src/providers/google-genai/index.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { configOf, tracing } from '../../telemetry/in-memory.ts';

const BODY = { error: { code: 503, status: 'UNAVAILABLE', message: 'overloaded' } };

test.each(['SPAN_ONLY', 'NO_CONTENT'] as const)(
  'an error that the SDK drops from the answer fails the call (%s)',
  async (captureContent) => {
    const { provider, spans } = tracing();
    const recorder = new CallRecorder('@x/llm-otel/google-genai', '1.2.3', configOf({ captureContent }));
    recorder.setTracerProvider(provider);
    class HttpResponse {
      headers = { date: 'today' };
      async json(): Promise<unknown> {
        return BODY;
      }
    }
    // As the SDK does: the answer of the application has the headers, and no error.
    class Models {
      async generateContentInternal(_: unknown): Promise<unknown> {
        const response = new HttpResponse();
        await response.json();
        return { sdkHttpResponse: { headers: response.headers } };
      }
    }
    const patcher = new Patcher(recorder);
    googleGenAI.patch({ Models, HttpResponse }, patcher);
    await new Models().generateContentInternal({ model: 'gemini-2.5-flash', contents: 'hello' });
    patcher.unwrapAll();
    expect(spans()[0]?.attributes['error.type']).toBe('UNAVAILABLE');
  },
);
