// Runs examples/demo/app.mjs under `node --import @x/llm-otel/register` against a local provider and prints its traces.
//   npm run demo            no key, no network
//   npm run demo -- --real  the same against the real API, with your OPENAI_API_KEY
import { register } from 'node:module';

// The demo shares the test suite's provider and OTLP receiver, which are TypeScript; Node 20 cannot read that itself.
if (!process.features.typescript) register('./typescript.mjs', import.meta.url);
// A reader that has seen enough, as in `npm run demo | head`.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
