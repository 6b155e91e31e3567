import { describe, expect, it } from 'vitest';
import { disableContribOpenai } from '../../register/contrib-openai.ts';

const NAME = 'OTEL_NODE_DISABLED_INSTRUMENTATIONS';

describe('instrumentation-openai', () => {
  it.each([
    [undefined, 'openai'],
    ['', 'openai'],
    ['fs,dns', 'fs,dns,openai'],
    ['fs, openai', 'fs, openai'],
  ])('loaded later it is among the disabled (%s)', (before, after) => {
    const env = before === undefined ? {} : { [NAME]: before };
    disableContribOpenai(env, {});
    expect(env).toEqual({ [NAME]: after });
  });

  it('stays if both are to record', () => {
    const env = { LLM_OTEL_OTHER_INSTRUMENTATIONS: 'Keep' };
    disableContribOpenai(env, {});
    expect(env).toEqual({ LLM_OTEL_OTHER_INSTRUMENTATIONS: 'Keep' });
  });

  it('loaded before it patches nothing any more', () => {
    class OpenAIInstrumentation {
      _onRequire(_module: unknown, exports: object): unknown {
        return { ...exports, patched: true };
      }
    }
    const file = '/app/node_modules/@opentelemetry/instrumentation-openai/build/src/instrumentation.js';
    disableContribOpenai({}, { [file]: { exports: { OpenAIInstrumentation } }, '/app/other.js': { exports: {} } });
    const openai = { OpenAI: class {} };
    expect(new OpenAIInstrumentation()._onRequire({}, openai)).toBe(openai);
  });
});
