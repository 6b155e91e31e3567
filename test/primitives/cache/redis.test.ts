/** Every client against a real Redis: in order, killed, restarted, silent, out of memory. */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis as IoRedis } from 'ioredis';
import { Redis as Valkey } from 'iovalkey';
import Keyv from 'keyv';
import { createClient } from 'redis';
import { createClient as createClient4 } from 'redis-4';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CacheStore } from '../../../src/primitives/cache/cache-options.ts';
import { createCache } from '../../../src/primitives/cache/create-cache.ts';
import { keyvStore } from '../../../src/primitives/cache/stores/keyv-store.ts';
import { redisStore } from '../../../src/primitives/cache/stores/redis-store.ts';
import { kindOfStore, resolveStore } from '../../../src/primitives/cache/stores/resolve-store.ts';
import { hasRedis, type RedisServer, redisServer } from '../../support/redis-server.ts';

/** Makes a connected client, and a function that closes the client. */
type Connect = (server: RedisServer) => Promise<readonly [client: object, close: () => unknown]>;

const CLIENTS: Readonly<Record<string, Connect>> = {
  'node-redis 6': async ({ url }) => {
    const client = createClient({ url });
    client.on('error', () => {});
    await client.connect();
    return [client, () => client.destroy()];
  },
  'node-redis 4': async ({ url }) => {
    const client = createClient4({ url });
    client.on('error', () => {});
    await client.connect();
    return [client, () => client.disconnect()];
  },
  ioredis: async ({ port }) => {
    const client = new IoRedis({ port, host: '127.0.0.1', maxRetriesPerRequest: null });
    client.on('error', () => {});
    await once(client, 'ready');
    return [client, () => client.disconnect()];
  },
  iovalkey: async ({ port }) => {
    const client = new Valkey({ port, host: '127.0.0.1', maxRetriesPerRequest: null });
    client.on('error', () => {});
    await once(client, 'ready');
    return [client, () => client.disconnect()];
  },
};

describe.skipIf(!hasRedis)('Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await redisServer();
    await server.start();
  });
  afterAll(() => server.stop());

  describe.each(Object.entries(CLIENTS))('by %s', (name, connect) => {
    let client: object;
    let close: () => unknown;
    let store: Required<CacheStore>;
    beforeAll(async () => {
      [client, close] = await connect(server);
      store = redisStore(client, { prefix: `${name}:` }) as Required<CacheStore>;
    });
    afterAll(() => close());

    test('is found by its shape', () => {
      expect(kindOfStore(resolveStore(client))).toBe('redis');
    });

    test('keeps, expires and deletes texts', async () => {
      expect(await store.get('a')).toBeUndefined();
      await store.set('a', 'ä:1', 60_000.5);
      expect(await store.get('a')).toBe('ä:1');
      await store.delete('a');
      expect(await store.get('a')).toBeUndefined();
      await store.set('short', '1', 0.5);
      await vi.waitFor(async () => expect(await store.get('short')).toBeUndefined());
    });

    test('has the operations of a lock', async () => {
      expect(await store.setIfAbsent('lock', 'one', 60_000)).toBe(true);
      expect(await store.setIfAbsent('lock', 'two', 60_000)).toBe(false);
      await store.deleteIfEqual('lock', 'two');
      expect(await store.get('lock')).toBe('one');
      await store.deleteIfEqual('lock', 'one');
      expect(await store.setIfAbsent('lock', 'two', 60_000)).toBe(true);
      await store.delete('lock');
    });

    test('shares answers between caches, under the prefix and the namespace', async () => {
      let calls = 0;
      const make = () =>
        createCache({ store, namespace: 'shared', lock: {} })(async (_: number) => ({ call: ++calls }));
      expect(await make()(1)).toEqual({ call: 1 });
      await vi.waitFor(async () => expect(await make()(1)).toEqual({ call: 1 }));
      expect(calls).toBe(1);
      const raw = redisStore(client, { prefix: '' });
      const key = createCache({ namespace: 'shared' }).key(1);
      expect(await raw.get(`${name}:${key}`)).toMatch(/^:[0-9a-f]{32}:\{"c":/);
    });
  });

  test('gets a listener for errors where there is none, and only there', async () => {
    const client = new IoRedis({ port: 1, lazyConnect: true });
    redisStore(client);
    redisStore(client);
    expect(client.listenerCount('error')).toBe(1);
    client.disconnect();
  });
});

describe.skipIf(!hasRedis).each(Object.entries(CLIENTS))('a Redis in trouble, by %s', (_name, connect) => {
  test('never fails or delays a call: killed, restarted, silent', async () => {
    const server = await redisServer();
    await server.start();
    const [client, close] = await connect(server);
    try {
      let time = Date.now();
      const cache = createCache({ store: client, storeTimeoutMs: 100, now: () => time });
      let calls = 0;
      const ask = cache(async (input: number) => ({ input, call: ++calls }));
      const key = cache.key(0);
      await ask(0);
      const raw = redisStore(client);
      await vi.waitFor(async () => expect(await raw.get(key)).toBeDefined());
      expect(await ask(0)).toEqual({ input: 0, call: 1 });

      await server.kill();
      for (let i = 1; i < 20; i++) expect((await ask(i)).input).toBe(i);
      await server.start();
      time += 5000;
      await vi.waitFor(
        async () => {
          time += 5000;
          await ask(100);
          await ask(100);
          expect(await raw.get(cache.key(100))).toBeDefined();
        },
        { timeout: 20_000, interval: 100 },
      );

      server.signal('SIGSTOP');
      const waits: number[] = [];
      for (let i = 200; i < 1200; i++) {
        const start = performance.now();
        await ask(i);
        waits.push(performance.now() - start);
      }
      server.signal('SIGCONT');
      // Far less than for ever; the next test measures the limit itself.
      expect(Math.max(...waits)).toBeLessThan(5000);
      expect(waits.filter((ms) => ms >= 99).length).toBeLessThan(20);
      expect(cache.stats().storeErrors).toBeGreaterThan(2);
    } finally {
      server.signal('SIGCONT');
      await close();
      await server.stop();
    }
  });
});

describe.skipIf(!hasRedis)('a Redis', () => {
  test('that is out of memory takes no entry, and fails no call', async () => {
    const server = await redisServer();
    await server.start('--maxmemory', '1mb', '--maxmemory-policy', 'noeviction');
    const [client, close] = await (CLIENTS.ioredis as Connect)(server);
    try {
      const cache = createCache({ store: client });
      let calls = 0;
      const ask = cache(async (_: number) => `${++calls}${'x'.repeat(500_000)}`);
      for (let i = 0; i < 5; i++) await ask(i);
      await vi.waitFor(() => expect(cache.stats().storeErrors).toBeGreaterThan(0));
      expect(calls).toBe(5);
    } finally {
      await close();
      await server.stop();
    }
  });

  test('that 1,000 calls ask at once while it is silent makes none of them wait longer than the limit', async () => {
    const server = await redisServer();
    await server.start();
    const [client, close] = await (CLIENTS['node-redis 6'] as Connect)(server);
    try {
      const ask = createCache({ store: client, storeTimeoutMs: 100 })(async (input: number) => input);
      await ask(-1);
      server.signal('SIGSTOP');
      const start = performance.now();
      const calls = Promise.all(Array.from({ length: 1000 }, (_, i) => ask(i))).then(() => performance.now() - start);
      // A timer of the same length, started after the calls: what the machine adds to every timer.
      const timer = wait(100).then(() => performance.now() - start);
      const [waited, expected] = await Promise.all([calls, timer]);
      expect(waited).toBeGreaterThan(90);
      expect(waited).toBeLessThan(expected + 50);
    } finally {
      server.signal('SIGCONT');
      await close();
      await server.stop();
    }
  });

  test('that no client has connected to is a miss', async () => {
    const client = createClient({ url: 'redis://127.0.0.1:1' });
    let calls = 0;
    const ask = createCache({ store: client })(async (_: number) => ++calls);
    expect([await ask(1), await ask(2)]).toEqual([1, 2]);
    await wait(1);
    expect(client.listenerCount('error')).toBe(1);
  });
});

describe('Keyv', () => {
  test('is found by its shape, and keeps answers', async () => {
    const keyv = new Keyv();
    let calls = 0;
    const ask = createCache({ store: keyv })(async (_: number) => ++calls);
    expect([await ask(1), await ask(1)]).toEqual([1, 1]);
    expect(kindOfStore(resolveStore(keyv))).toBe('keyv');
    const store = keyvStore(keyv);
    await store.set('a', '1', 1000);
    await store.delete('a');
    expect(await store.get('a')).toBeUndefined();
  });

  test('with a broken backend is a miss, and ends no process', async () => {
    const broken = () => Promise.reject(new Error('no backend'));
    const keyv = new Keyv({
      store: { get: broken, set: broken, delete: broken, clear: broken, opts: {}, on: () => {} } as never,
    });
    let calls = 0;
    const ask = createCache({ store: keyv })(async (_: number) => ++calls);
    expect(await ask(1)).toBe(1);
    expect(await ask(2)).toBe(2);
  });

  test.each<readonly [make: () => unknown]>([
    [() => keyvStore({})],
    [() => redisStore({})],
    [() => redisStore(undefined as never)],
  ])('a wrong client throws: %#', (make) => {
    expect(make).toThrow(TypeError);
  });
});
