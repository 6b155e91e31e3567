import type { Provider } from '../../patching/provider.ts';
import { stainlessProvider } from '../../patching/stainless/stainless-sdk.ts';
import { sdks } from '../sdks.ts';
import { METHODS } from './methods.ts';

/** `@cerebras/cerebras_cloud_sdk`, made by Stainless. */
export const cerebras: Provider = stainlessProvider(sdks.cerebras, METHODS);
