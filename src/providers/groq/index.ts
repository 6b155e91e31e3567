import type { Provider } from '../../patching/provider.ts';
import { stainlessProvider } from '../../patching/stainless/stainless-sdk.ts';
import { sdks } from '../sdks.ts';
import { METHODS } from './methods.ts';

/** `groq-sdk`, made by Stainless. */
export const groq: Provider = stainlessProvider(sdks.groq, METHODS);
