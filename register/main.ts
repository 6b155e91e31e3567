import { createRequire } from 'node:module';
import { envText } from '../src/config/env.ts';
import { sdkMode } from '../src/config/sdk/exporters.ts';
import { warnUnusable } from '../src/config/unusable-value.ts';
import { info } from '../src/runtime/log.ts';
import { VERSION } from '../src/runtime/version.ts';
import { disableContribOpenai } from './contrib-openai.ts';
import { hasApiGlobal } from './globals/api.ts';
import { installHooks } from './install-hooks.ts';
import { offerSdk } from './offer-sdk.ts';
import { orWarn } from './or-warn.ts';

/** The work of `register`, unless switched off. Never throws: the application must start. */
export function startRegister(): void {
  if (!canRecord()) {
    info(`${VERSION}: nothing is recorded, @opentelemetry/api is not installed (npm install @opentelemetry/api)`);
    return;
  }
  orWarn('the SDK', () => offerSdk(process.env));
  orWarn('the instrumentation', () => {
    disableContribOpenai(process.env, createRequire(__filename).cache);
    installHooks();
  });
  const disabled = envText(process.env, 'OTEL_SDK_DISABLED');
  if (disabled !== undefined && disabled.toLowerCase() !== 'false')
    warnUnusable('OTEL_SDK_DISABLED', disabled, 'expected true or false', 'false');
}

/** Whether the API is there. With `LLM_OTEL_SDK=off` the API may be in a folder that only the application resolves. */
function canRecord(): boolean {
  if (hasApiGlobal() || sdkMode(process.env) === 'off') return true;
  try {
    createRequire(__filename).resolve('@opentelemetry/api');
    return true;
  } catch {
    return false;
  }
}
