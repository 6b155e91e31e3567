/**
 * `@opentelemetry/instrumentation-aws-sdk` (contrib) comes with auto-instrumentations-node, and makes a span for every request
 * to AWS. The span stays, as the span of the transport. The extension for Bedrock, which would describe the model call a second
 * time and record its metrics, is off from the load of its file on, before or after register. The extensions for other services
 * stay as they are.
 */
import type { WatchedFiles } from '../src/patching/loading/module-hooks.ts';

/** The file of the class, for the module hooks. 0.79 has moved the file. */
export const CONTRIB_AWS_SDK = {
  module: '@opentelemetry/instrumentation-aws-sdk',
  files: ['build/src/services/bedrock-runtime', 'dist/services/bedrock-runtime'],
} as const satisfies WatchedFiles;

/** What the instrumentation asks of the extension of a service. Checked with 0.78.0 and 0.79.0 by aws-sdk.frameworks.ts. */
interface Extension {
  /** Name and attributes of the span; without both the span is called `BedrockRuntime.Converse`. */
  requestPreSpanHook(): { isIncoming: boolean };
  /** Reads the answer; may return another answer for the application. */
  responseHook?(): void;
}

/** Makes the extension for Bedrock say nothing. */
export function silenceContribBedrock(exports: unknown): void {
  const { BedrockRuntimeServiceExtension } = exports as {
    BedrockRuntimeServiceExtension?: { readonly prototype: Extension };
  };
  if (BedrockRuntimeServiceExtension === undefined) return;
  const { prototype } = BedrockRuntimeServiceExtension;
  prototype.requestPreSpanHook = () => ({ isIncoming: false });
  prototype.responseHook = () => {};
}
