import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AdaptiveSampler } from '../../../src/pipeline/samplers/adaptive-sampler.ts';
import { RateLimitingSampler } from '../../../src/pipeline/samplers/rate-limiting-sampler.ts';
import { samples } from './support.ts';

/** A clock that a test moves, in milliseconds. */
function fakeClock() {
  let at = 5_000;
  return {
    now: () => at,
    pass: (ms: number): void => {
      at += ms;
    },
  };
}

describe('RateLimitingSampler', () => {
  test.each([
    [50, 100, 0.1],
    [50, undefined, 1],
    [1, undefined, 0.5],
    [0.5, undefined, 3],
    [2000, 1, 0.4],
    [50, 1, 15],
  ])('%d a second with burst %o: rate * 10 + burst in ten seconds, spans every %d ms', (rate, burst, step) => {
    const clock = fakeClock();
    const sampler = new RateLimitingSampler({ tracesPerSecond: rate, ...(burst && { burst }) }, clock.now);
    let count = 0;
    for (let ms = 0; ms < 10_000; ms += step) {
      if (samples(sampler)) count++;
      clock.pass(step);
    }
    const expected = rate * 10 + (burst ?? Math.max(1, rate));
    expect(Math.abs(count - expected)).toBeLessThanOrEqual(Math.max(1, expected * 0.05));
  });

  test('below the rate everything is sampled', () => {
    const clock = fakeClock();
    const sampler = new RateLimitingSampler({ tracesPerSecond: 10 }, clock.now);
    for (let i = 0; i < 100; i++) {
      expect(samples(sampler)).toBe(true);
      clock.pass(100);
    }
  });

  test('never more than rate and burst allow, however the spans come, and a clock that is set back gives nothing', () => {
    const steps = fc.array(fc.integer({ min: -50, max: 400 }), { maxLength: 300 });
    fc.assert(
      fc.property(
        steps,
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        (gaps, rate, burst) => {
          const clock = fakeClock();
          const sampler = new RateLimitingSampler({ tracesPerSecond: rate, burst }, clock.now);
          let passed = 0;
          let count = 0;
          for (const gap of gaps) {
            clock.pass(gap);
            passed += Math.max(0, gap);
            if (samples(sampler)) count++;
          }
          expect(count).toBeLessThanOrEqual((passed / 1000) * rate + burst + 1e-6);
        },
      ),
    );
  });

  test('each value of the key has the rate for itself; 1,000 values, and all further values together', () => {
    const clock = fakeClock();
    const sampler = new RateLimitingSampler({ tracesPerSecond: 1, burst: 2, key: 'user' }, clock.now);
    const countOf = (user: number | undefined): number =>
      [1, 2, 3, 4].filter(() => samples(sampler, { attributes: user === undefined ? {} : { user } })).length;
    for (let user = 0; user < 999; user++) expect(countOf(user)).toBe(2);
    expect(countOf(undefined)).toBe(2);
    expect([countOf(5000), countOf(6000), countOf(7000)]).toEqual([2, 0, 0]);
    clock.pass(1000);
    expect([countOf(3), countOf(4), countOf(5000), countOf(6000)]).toEqual([1, 1, 1, 0]);
  });

  test('values that nobody uses any more make room', () => {
    const clock = fakeClock();
    const sampler = new RateLimitingSampler({ tracesPerSecond: 1, key: 'user' }, clock.now);
    for (let user = 0; user < 1000; user++) samples(sampler, { attributes: { user } });
    clock.pass(2000);
    for (let user = 2000; user < 3000; user++) expect(samples(sampler, { attributes: { user } })).toBe(true);
  });

  test.each([{ tracesPerSecond: 0 }, { tracesPerSecond: Number.NaN }, { tracesPerSecond: 5, burst: 0 }, {}])(
    '%j cannot be used',
    (options) => {
      expect(() => new RateLimitingSampler(options as { tracesPerSecond: number })).toThrow(
        /^RateLimitingSampler: \w+: /,
      );
    },
  );

  test('says what it is', () => {
    expect(String(new RateLimitingSampler({ tracesPerSecond: 5, key: 'a' }))).toBe('RateLimiting{5/s,burst=5,key=a}');
  });
});

describe('AdaptiveSampler', () => {
  /** Numbers of sampled spans, a second each, at `load` spans a second. */
  function run(sampler: AdaptiveSampler, clock: ReturnType<typeof fakeClock>, loads: readonly number[]): number[] {
    return loads.map((load) => {
      let count = 0;
      for (let i = 0; i < load; i++) {
        if (samples(sampler)) count++;
        clock.pass(1000 / load);
      }
      return count;
    });
  }

  test('a steady load: the target within 5 % over ten seconds, after the first', () => {
    const clock = fakeClock();
    const sampler = new AdaptiveSampler({ tracesPerSecond: 50 }, clock.now);
    const [first, ...rest] = run(sampler, clock, Array(13).fill(1000));
    expect(first).toBe(1000);
    const sum = rest.slice(2).reduce((a, b) => a + b, 0);
    expect(Math.abs(sum - 500)).toBeLessThanOrEqual(25);
  });

  test('the share follows the load within two seconds, and is all of a load below the target', () => {
    const clock = fakeClock();
    const sampler = new AdaptiveSampler({ tracesPerSecond: 50 }, clock.now);
    run(sampler, clock, Array(10).fill(500));
    expect(sampler.ratio).toBeCloseTo(0.1, 1);
    run(sampler, clock, [5000, 5000, 5000, 5000]);
    expect(sampler.ratio).toBeLessThan(0.02);
    run(sampler, clock, [20, 20]);
    expect(run(sampler, clock, [20])).toEqual([20]);
    clock.pass(60_000);
    samples(sampler);
    expect(sampler.ratio).toBe(1);
  });

  test('min and max hold', () => {
    const clock = fakeClock();
    const sampler = new AdaptiveSampler({ tracesPerSecond: 1, min: 0.2, max: 0.5 }, clock.now);
    expect(sampler.ratio).toBe(0.5);
    run(sampler, clock, [2000, 2000, 2000]);
    expect(sampler.ratio).toBe(0.2);
  });

  test('spans of a trace share a decision', () => {
    const sampler = new AdaptiveSampler({ tracesPerSecond: 1, max: 0.5 });
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    expect(new Set([1, 2, 3].map(() => samples(sampler, { traceId }))).size).toBe(1);
    expect(samples(sampler, { traceId: `${traceId.slice(0, 18)}00000000000000` })).toBe(false);
    expect(samples(sampler, { traceId: `${traceId.slice(0, 18)}ffffffffffffff` })).toBe(true);
  });

  test.each([{ tracesPerSecond: -1 }, { tracesPerSecond: 5, max: 2 }, { tracesPerSecond: 5, min: 0.5, max: 0.1 }])(
    '%j cannot be used',
    (options) => {
      expect(() => new AdaptiveSampler(options)).toThrow(/^AdaptiveSampler: \w+: /);
    },
  );
});
