/** What the watch for model calls that nobody records costs a request of the application that is no model call. */
import { channel } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';

const ROUNDS = 3_000_000;
const created = channel('undici:request:create');
const message = { request: { method: 'POST', path: '/api/v1/users/42/orders?limit=10', headers: [] } };

function nanosecondsPerRequest() {
  for (let i = 0; i < ROUNDS / 10; i++) created.publish(message);
  const began = process.hrtime.bigint();
  for (let i = 0; i < ROUNDS; i++) created.publish(message);
  return Number(process.hrtime.bigint() - began) / ROUNDS;
}

created.subscribe(() => {});
const before = nanosecondsPerRequest();
createRequire(import.meta.url)('../dist/index.cjs').getLlmInstrumentations();
const after = nanosecondsPerRequest();
console.log(
  `a request that is no model call: ${Math.round(after - before)} ns more (${Math.round(before)} -> ${Math.round(after)})`,
);
