// Three upstreams of which one flaps, behind a cache, time limits and a router: what happened as a tree, and what was saved.
//   npm run demo:primitives     no key, no network
import { createServer } from 'node:http';
import { startTelemetry } from '@x/llm-otel/start';

// The tree of spans on the terminal, and nothing is sent.
process.env.LLM_OTEL_CONSOLE ??= '1';
process.env.OTEL_METRICS_EXPORTER ??= 'none';
const telemetry = startTelemetry({ serviceName: 'primitives-demo' });
const { default: OpenAI } = await import('openai');
const { compose, createCache, createRouter, createTimeout } = await import('@x/llm-otel/primitives');

/** A local provider; `statusOf` says how it answers its request number `count`. */
async function startUpstream(model, statusOf) {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const status = statusOf(count++);
      const answer = {
        id: `chatcmpl-${model}-${count}`,
        object: 'chat.completion',
        model,
        choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: `Hello from ${model}.` } }],
        usage: { prompt_tokens: 420, completion_tokens: 80, total_tokens: 500 },
      };
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(status === 200 ? answer : { error: { message: 'overloaded', code: 'overloaded' } }));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseURL = `http://127.0.0.1:${server.address().port}/v1`;
  const client = new OpenAI({ apiKey: 'demo', baseURL, maxRetries: 0 });
  const call = (request, { signal }) => client.chat.completions.create({ ...request, model }, { signal });
  return { call, requests: () => count, close: () => server.close() };
}

const upstreams = {
  // Fails three times of four.
  flapping: await startUpstream('gpt-4o-mini', (count) => (count % 4 === 0 ? 200 : 503)),
  steady: await startUpstream('gpt-4.1-mini', () => 200),
  dear: await startUpstream('gpt-4o', () => 200),
};
const routes = [
  { name: 'flapping', provider: 'openai', model: 'gpt-4o-mini', call: upstreams.flapping.call },
  { name: 'steady', provider: 'openai', model: 'gpt-4.1-mini', call: upstreams.steady.call },
  { name: 'dear', provider: 'openai', model: 'gpt-4o', call: upstreams.dear.call },
];

const cache = createCache({ name: 'faq', ttlMs: 60_000 });
const limits = createTimeout({ name: 'faq', totalMs: 10_000 });
const router = createRouter({ name: 'faq', routes, strategy: 'cheapest', cooldownMs: 1 });
const ask = compose(cache, limits, router);

const questions = ['When do you open?', 'Where are you?', 'Do you deliver?', 'May I bring a dog?'];
const requestOf = (content) => ({ messages: [{ role: 'user', content }] });
for (const question of questions) await ask(requestOf(question));
// Everybody asks the same at the same time, later the known questions again.
await Promise.all(Array.from({ length: 5 }, () => ask(requestOf('Are you open today?'))));
for (const question of questions) await ask(requestOf(question));

await telemetry.forceFlush();
const { hits, misses, coalesced, hitRatio, savedCost, savedInputTokens, savedOutputTokens } = cache.stats();
console.log('\ncache');
console.table({ faq: { hits, misses, coalesced, hitRatio, savedUSD: savedCost, savedInputTokens, savedOutputTokens } });
console.log('routes');
console.table(
  Object.fromEntries(
    Object.entries(router.stats()).map(([name, { state, calls, errors }]) => [
      name,
      { state, calls, errors, requests: upstreams[name].requests() },
    ]),
  ),
);
console.log('time limits');
console.table({ faq: limits.stats() });
for (const { close } of Object.values(upstreams)) close();
await telemetry.shutdown();
