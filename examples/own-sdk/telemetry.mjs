// Telemetry of an application that sets up OpenTelemetry itself: the LLM instrumentations are added to its NodeSDK.
// ES modules need no loader flag for them, but they have to be made before the SDKs are imported: hence --import.
//   npm install @opentelemetry/sdk-node
//   OPENAI_API_KEY=... OTEL_TRACES_EXPORTER=console OTEL_METRICS_EXPORTER=none \
//     node --import ./examples/own-sdk/telemetry.mjs examples/own-sdk/app.mjs
import { NodeSDK } from '@opentelemetry/sdk-node';
import { getLlmInstrumentations } from '@x/llm-otel';

const sdk = new NodeSDK({
  serviceName: 'own-sdk',
  instrumentations: [getLlmInstrumentations({ chunkEvents: 8 })],
});
sdk.start();
process.once('beforeExit', () => sdk.shutdown());
