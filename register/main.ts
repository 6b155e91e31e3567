import { createRequire } from 'node:module';
import { envText } from '../src/config/env.ts';
import { sdkMode } from '../src/config/sdk/exporters.ts';
import { warnUnusable } from '../src/config/unusable-value.ts';
import { info, warnOnce } from '../src/runtime/log.ts';
import { VERSION } from '../src/runtime/version.ts';
import { hasApiGlobal } from './globals/api.ts';
import { installHooks } from './install-hooks.ts';
import { Variables } from './late-variables.ts';
import { offerSdk } from './offer-sdk.ts';
import { orWarn } from './or-warn.ts';
import { inheritVariables, shareVariables, watchWorkers } from './worker-threads.ts';

/** The work of `register`, unless switched off. Never throws: the application must start. */
export function startRegister(): void {
  if (!canRecord()) {
    warnOnce(
      'nothing is recorded, because @opentelemetry/api cannot be found from @x/llm-otel. Install it beside: npm install @opentelemetry/api.',
    );
    return;
  }
  if (!isTestedNode(process.versions.node))
    info(`${VERSION}: Node ${process.versions.node} is not tested. Node 20.19, 22.15 and 24 are.`);
  const variables = new Variables(inheritVariables(process.env));
  shareVariables(variables.atLoad);
  orWarn('the watch of worker threads', watchWorkers);
  orWarn('the SDK', () => offerSdk(variables));
  orWarn('the instrumentation', () => installHooks(variables));
  const disabled = envText(process.env, 'OTEL_SDK_DISABLED');
  if (disabled !== undefined && disabled.toLowerCase() !== 'false')
    warnUnusable('OTEL_SDK_DISABLED', disabled, 'expected true or false', 'false');
}

/** Least minor version of the tested release lines; a release line that is newer than the list is left to the engines of npm. */
const TESTED: Readonly<Record<string, number>> = { 18: Infinity, 20: 19, 21: Infinity, 22: 15, 23: Infinity };

/** Whether the tests run on such a version of Node. */
export function isTestedNode(version: string): boolean {
  const [major = '', minor] = version.split('.');
  return Number(minor) >= (TESTED[major] ?? 0);
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
