import type { Provider } from '../../patching/provider.ts';
import { stainlessProvider } from '../../patching/stainless/stainless-sdk.ts';
import { sdks } from '../sdks.ts';
import { METHODS } from './methods.ts';

/** `together-ai`, made by Stainless. */
export const together: Provider = stainlessProvider(sdks.together, METHODS);
