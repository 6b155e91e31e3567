import { asyncCalls } from '../../patching/async-iterable.ts';
import { recordedMethod } from '../../patching/patcher.ts';
import type { Provider } from '../provider.ts';
import { sdks } from '../sdks.ts';
import { METHODS, signalOf } from './methods.ts';

type Exports = { readonly [name: string]: { readonly prototype?: unknown } | undefined };

/**
 * `@google/generative-ai` 0.1 to 0.24, the SDK before `@google/genai`. `ChatSession` does not go through the model it was
 * made of, so both classes are patched.
 */
export const googleGenerativeAI: Provider = {
  ...sdks.googleGenerativeAI,
  patch(exports, patcher) {
    const module = exports as Exports & { readonly default?: Exports };
    const classes = module.GenerativeModel === undefined ? module.default : module;
    const makeCall = asyncCalls(signalOf);
    let known = false;
    for (const [owner, name, reader] of METHODS) {
      const done = patcher.wrap(classes?.[owner]?.prototype, name, recordedMethod(reader, makeCall));
      known ||= done;
    }
    return known;
  },
};
