// Runs examples/demo/app.mjs under `node --import @x/llm-otel/register` against a local provider and prints its traces.
//   npm run demo            no key, no network
//   npm run demo -- --real  the same against the real API, with your OPENAI_API_KEY
import { spawnSync } from 'node:child_process';
import { register } from 'node:module';

const BUILD = '--build';
if (process.argv.includes(BUILD)) {
  // What it says is of interest only if it fails.
  const build = spawnSync('npm', ['run', 'build'], { encoding: 'utf8', shell: process.platform === 'win32' });
  if (build.status !== 0) {
    process.stderr.write(`${build.stdout ?? ''}${build.stderr ?? ''}the build failed: the demo needs it\n`);
    process.exit(1);
  }
}

// The demo shares the test suite's provider and OTLP receiver, which are TypeScript; Node 20 cannot read that itself.
if (!process.features.typescript) register('./typescript.mjs', import.meta.url);
// A reader that has seen enough, as in `npm run demo | head`.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2).filter((arg) => arg !== BUILD));
