// Telemetry of an application that sets up OpenTelemetry itself: the LLM instrumentations are added to its NodeSDK.
//   npm install @opentelemetry/sdk-node @opentelemetry/instrumentation
//   OPENAI_API_KEY=... OTEL_TRACES_EXPORTER=console node --import ./examples/own-sdk/telemetry.mjs examples/own-sdk/app.mjs
import { register } from 'node:module';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { getLlmInstrumentations } from '@x/llm-otel';

// What OpenTelemetry asks of every application of ES modules; a CommonJS application does without.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

const sdk = new NodeSDK({
  serviceName: 'own-sdk',
  instrumentations: [getLlmInstrumentations({ chunkEvents: 8 })],
});
sdk.start();
process.once('beforeExit', () => sdk.shutdown());
