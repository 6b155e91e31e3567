import { sharedConfig } from '../config/shared-config.ts';
import { VERSION } from '../runtime/version.ts';
import { CallRecorder } from '../telemetry/call/call-recorder.ts';

/** Name of the tracer, meter and logger for everything that the application records itself. */
const SCOPE = '@x/llm-otel';

let telemetry: CallRecorder | undefined;

/** The recorder of the application, for the global providers; undefined if recording is switched off. */
export function appRecorder(): CallRecorder | undefined {
  const config = sharedConfig();
  if (!config.enabled) return undefined;
  telemetry ??= new CallRecorder(SCOPE, VERSION, config);
  if (telemetry.config !== config) telemetry.setConfig(config);
  return telemetry;
}
