import { createRequire } from 'node:module';
import { attempt } from './attempt.ts';
import { disableContribOpenai } from './contrib-openai.ts';
import { text, warnValue } from './env.ts';
import { installHooks } from './hooks.ts';
import { startTelemetry } from './telemetry.ts';

/** Everything `register` does when it is not switched off. Never throws into the application that is about to start. */
export function start(): void {
  attempt('the SDK', () => startTelemetry(process.env));
  attempt('the instrumentation', () => {
    disableContribOpenai(process.env, createRequire(__filename).cache);
    installHooks();
  });
  const disabled = text(process.env, 'OTEL_SDK_DISABLED');
  if (disabled !== undefined && disabled.toLowerCase() !== 'false')
    warnValue('OTEL_SDK_DISABLED', disabled, 'expected true or false', 'false');
}
