import { describe, expect, test, vi } from 'vitest';
import { log, run, span, spanAfter, stepsFor } from './run-steps.ts';
import '../support/parts.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));

const env = { LLM_OTEL_HASH_KEY: 'key' };
/** `printf u1 | openssl dgst -sha256 -hmac key`, 16 digits. */
const HASH = 'hmac:dc0708706ec6b9b1';

describe('filter', () => {
  test.each([
    [{ drop: { name: 'chat*' } }, 0],
    [{ drop: { status: 'ok' } }, 1],
    [{ keep: { llm: true, events: 'exception' } }, 1],
    [{ keep: { parent: 'local' } }, 0],
    [{ keep: { parent: 'none', kind: 'client', scope: '@x/*', resource: { 'service.name': 'shop' } } }, 1],
    [{ keep: { duration: { gte: 0, lt: 60_000 } } }, 1],
    [{ llm_only: false }, 1],
  ])('%j leaves %i', (filter, count) => {
    const { left, dropped } = run([{ filter }], [span()]);
    expect(left).toHaveLength(count);
    expect(dropped).toEqual(count === 1 ? {} : { filtered: 1 });
  });
});

describe('events', () => {
  test.each([
    [{ drop: 'first*' }, ['exception']],
    [{ keep: ['first*', 'last'] }, ['first token']],
    [{ keep: '*', drop: 'exc*' }, ['first token']],
  ])('%j leaves %j', (events, names) => {
    expect(spanAfter([{ events }], span()).events.map(({ name }) => name)).toEqual(names);
  });
});

describe('attributes', () => {
  const all = { user: 'u1', users: ['u1', 'x'], n: 5, text: 'abcdefghij' };
  test.each<[object, object]>([
    [{ drop: ['user*', 'gen_ai.*'] }, { n: 5, text: 'abcdefghij' }],
    [{ keep: 'n' }, { n: 5 }],
    [{ keep: ['n', 'text'], drop: 'n', mask: 't*' }, { text: '[masked]' }],
    [
      { keep: 'user*', hash: 'user*' },
      { user: HASH, users: [HASH, expect.stringMatching(/^hmac:[0-9a-f]{16}$/)] },
    ],
    [
      { keep: ['n', 'text'], truncate: { max: 6 } },
      { n: 5, text: 'abc...' },
    ],
    [
      { keep: ['user', 'text'], truncate: { keys: 'user', max: 1 } },
      { user: '.', text: 'abcdefghij' },
    ],
  ])('%j', (attributes, expected) => {
    expect(spanAfter([{ attributes }], span(all), env).attributes).toEqual(expected);
  });

  test('reach spans and events by default, and links and the resource on request', () => {
    const one = span(all);
    const mask = spanAfter([{ attributes: { mask: 'user*' } }], one);
    expect(mask.attributes.user).toBe('[masked]');
    expect(mask.events[0]?.attributes?.user).toBe('[masked]');
    expect(mask.links).toBe(one.links);
    expect(mask.resource).toBe(one.resource);
    const rest = spanAfter([{ attributes: { mask: 'user*', on: ['link', 'resource'] } }], one);
    expect(rest.attributes).toBe(one.attributes);
    expect(rest.links[0]?.attributes).toEqual({ user: '[masked]' });
    expect(rest.resource.attributes).toEqual({ 'service.name': 'shop', 'host.name': 'h1', 'user.email': '[masked]' });
    expect(one.resource.attributes['user.email']).toBe('a@b.example');
  });

  test('spans that share a resource share the changed resource', () => {
    const { left } = run([{ attributes: { drop: 'host.*', on: ['resource'] } }], [span(), span()]);
    expect(left[0]?.resource).toBe(left[1]?.resource);
    expect(left[0]?.resource.attributes).not.toHaveProperty('host.name');
  });

  test('without a key a hash is random in every process, and a warning says so', () => {
    const print = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(spanAfter([{ attributes: { hash: 'user' } }], span(all)).attributes.user).toMatch(/^hmac:[0-9a-f]{16}$/);
    expect(String(print.mock.calls[0]?.[0])).toContain('LLM_OTEL_HASH_KEY is not set: hashes are made with a random');
    print.mockRestore();
  });
});

describe('values that JSON.stringify refuses', () => {
  const circle: Record<string, unknown> = { a: 'plain' };
  circle.self = circle;
  const throws = {
    toJSON() {
      throw new Error('the secret');
    },
  };
  const BODIES = [{ n: 1n, secret: 'plain' }, circle, throws];

  test.each(BODIES)('are hashed and masked (%#)', (body) => {
    const attributes = { hash: ['body', 'user'], mask: 'email', truncate: { max: 5, keys: 'text' } };
    const [left] = run(
      [{ attributes }],
      [log(body, { user: 'u1', email: 'a@b.example', text: 'abcdef' })],
      'logs',
      env,
    ).left;
    expect(left?.body).toMatch(/^hmac:[0-9a-f]{16}$/);
    expect(left?.attributes).toEqual({ user: HASH, email: '[masked]', text: 'ab...' });
  });

  test('are named and cut', () => {
    const steps = [
      { enrich: { attributes: { more: 1 } } },
      { transform: { set: { a: 1 }, name: 'of #{body} and #{list}'.replaceAll('#', '$') } },
      { attributes: { truncate: { max: 12 } } },
    ];
    const one = log({ n: 123456789n }, { list: [Object.create(null), 2, ['x']] });
    const [left] = run(steps, [one], 'logs').left;
    expect(left).toMatchObject({ eventName: 'of {"n":"123456789"} and {},2,["x"]', attributes: { more: 1, a: 1 } });
    expect(left?.body).toEqual({});
  });

  const nested = (): unknown => {
    const list: unknown[] = [];
    list.push(list);
    return list;
  };
  test.each<[object, number]>([
    [{ hash: 'body' }, 0],
    [{ hash: 'body', truncate: { max: 5 } }, 0],
    [{ truncate: { max: 5 } }, 1],
  ])(
    'an item that %j cannot change is dropped rather than sent plain, and the warning has no text of it',
    (attributes, left) => {
      const print = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      const result = run([{ attributes }], [log(nested())], 'logs', env);
      expect(result.left).toHaveLength(left);
      expect(result.dropped).toEqual(left === 1 ? {} : { step_error: 1 });
      expect(String(print.mock.calls[0]?.[0])).toContain('the step attributes failed (RangeError');
      print.mockRestore();
    },
  );
});

test('without a key a value has the same hash in all pipelines and steps', () => {
  const print = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const hashes = [1, 2].map(
    () => spanAfter([{ attributes: { hash: 'user' } }], span({ user: 'a@b.example' })).attributes.user,
  );
  const redacted = spanAfter([{ redact: { mode: 'hash' } }], span({ user: 'a@b.example' })).attributes.user;
  print.mockRestore();
  expect(new Set([...hashes, redacted]).size).toBe(1);
});

test.each([42, 4_111_111_111_111_111])('redact takes the name %j of a span', (name) => {
  const one = spanAfter([{ redact: {} }], span({}, name as never));
  expect(one.name).toBe(name === 42 ? 42 : '[redacted:card]');
});

describe('enrich', () => {
  test.each<[object, object]>([
    [{ attributes: { team: 'a', list: [1, 2] } }, { team: 'a', list: [1, 2] }],
    [{ attributes: { user: 'other' } }, { user: 'u1' }],
    [{ attributes: { user: 'other' }, overwrite: true }, { user: 'other' }],
    [{ env: { region: 'REGION', none: 'NOT_SET' } }, { region: 'eu' }],
    [{ resource: ['host.*', 'service.*'] }, { 'host.name': 'h1', 'service.name': 'shop' }],
    [{ module: './modules/enrich.cjs' }, { seen: 'chat gpt-5', user: 'u1' }],
    [{ module: './modules/enrich-factory.mjs', overwrite: true }, { user: 'module' }],
  ])('%j', (enrich, expected) => {
    const { attributes } = spanAfter([{ enrich }], span({ user: 'u1' }), { REGION: 'eu' });
    expect(attributes).toEqual({ 'gen_ai.operation.name': 'chat', user: 'u1', ...expected });
  });
});

describe('transform', () => {
  const all = { user: 'u1', n: 5, list: ['a', 'b'] };
  test.each<[object, object]>([
    [{ set: { n: 6, more: 'x' } }, { user: 'u1', n: 6, list: ['a', 'b'], more: 'x' }],
    [{ rename: { user: 'user.id', absent: 'x' } }, { 'user.id': 'u1', n: 5, list: ['a', 'b'] }],
    [{ rename: { user: 'n' } }, { n: 'u1', list: ['a', 'b'] }],
    [{ rename: { user: 'n', n: 'user' } }, { n: 'u1', user: 5, list: ['a', 'b'] }],
    [{ copy: { user: 'enduser.id', absent: 'x' } }, { ...all, 'enduser.id': 'u1' }],
    [{ delete: ['n', 'l*'] }, { user: 'u1' }],
    [
      { set: { a: 1 }, rename: { a: 'b' }, copy: { b: 'c' }, delete: 'b' },
      { ...all, c: 1 },
    ],
    [{ when: { attributes: { n: { gt: 5 } } }, delete: '*' }, all],
    [
      { when: { attributes: { n: { gt: 4 } } }, set: { big: true } },
      { ...all, big: true },
    ],
  ])('%j', (transform, expected) => {
    const { attributes } = spanAfter([{ attributes: { drop: 'gen_ai.*' } }, { transform }], span(all));
    expect(attributes).toEqual(expected);
  });

  test.each([
    ['a #{user} of #{list} and #{n}', 'a u1 of a,b and 5'],
    ['#{absent}x', 'x'],
    ['before #{gone} after #{new}', 'before g after n'],
  ])('names a span %s', (name, expected) => {
    const transform = { delete: 'gone', set: { new: 'n' }, name: name.replaceAll('#', '$') };
    expect(spanAfter([{ transform }], span({ ...all, gone: 'g' })).name).toBe(expected);
  });
});

describe('module', () => {
  test('changes a copy, drops with null, and gets its options', () => {
    const one = span({ user: 'u1' });
    const module = { module: './modules/step.cjs', options: { drop: 'noise' } };
    const { left, dropped } = run([{ module }], [one, span({}, 'noise')]);
    expect(dropped).toEqual({ filtered: 1 });
    expect(left[0]).toMatchObject({
      name: 'renamed',
      attributes: { user: 'changed' },
      events: [{ name: 'exception', attributes: { user: 'changed' } }, { name: 'first token' }],
      status: { code: 2, message: 'changed' },
    });
    expect(left[0]?.spanContext()).toEqual(one.spanContext());
    expect(left[0]?.resource).toBe(one.resource);
    expect(left[0]?.instrumentationScope).toBe(one.instrumentationScope);
    expect(one).toMatchObject({ name: 'chat gpt-5', attributes: { user: 'u1' }, status: { message: 'of u1' } });
    expect(one.events[0]?.attributes?.user).toBe('u1');
  });

  test.each([
    ['throws', 'the step module failed (Error: broken)'],
    [
      'nothing',
      'the step module failed (TypeError: the function returned undefined; expected the span or null at once)',
    ],
    [
      'promise',
      'the step module failed (TypeError: the function returned a promise; expected the span or null at once)',
    ],
    ['name', 'the step module failed (TypeError: name: expected a text)'],
    ['resource', 'the step module failed (TypeError: Cannot assign to read only'],
  ])('that is broken (%s) is reported once, and spans go on', (fault, message) => {
    const print = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const items = [span({ fault }), span({ fault })];
    const { left, dropped } = run([{ module: { module: './modules/broken.cjs' } }], items);
    expect(left).toEqual(items);
    expect(left[0]).toBe(items[0]);
    expect(dropped).toEqual({});
    expect(print).toHaveBeenCalledTimes(1);
    expect(String(print.mock.calls[0]?.[0])).toContain(`pipeline test: ${message}`);
    print.mockRestore();
  });
});

describe('log records', () => {
  test.each<[object, unknown, object]>([
    [{ attributes: { mask: 'body' } }, '[masked]', { a: 'x' }],
    [{ attributes: { drop: ['body', 'a'] } }, undefined, {}],
    [{ transform: { rename: { body: 'message' }, copy: { a: 'body' } } }, 'x', { a: 'x', message: 'hello' }],
    [{ enrich: { attributes: { team: 't', body: 'other' } } }, 'hello', { a: 'x', team: 't' }],
    [{ redact: {} }, 'hello', { a: 'x' }],
  ])('%j', (step, body, attributes) => {
    const record = log('hello', { a: 'x' });
    const [left] = run([step], [record], 'logs').left;
    expect(left?.body).toEqual(body);
    expect(left?.attributes).toEqual(attributes);
    expect(record).toMatchObject({ body: 'hello', attributes: { a: 'x' } });
  });

  test('that have an attribute body keep the attribute', () => {
    const [left] = run([{ enrich: { attributes: { n: 1 } } }], [log('hello', { body: 'b' })], 'logs').left;
    expect(left).toMatchObject({ body: 'hello', attributes: { body: 'b', n: 1 } });
  });

  test('are filtered by name and by body', () => {
    const records = [log('a', {}, 'one'), log('b', {}, 'two'), log('b')];
    expect(run([{ filter: { drop: { name: 'o*' } } }], records, 'logs').left).toEqual(records.slice(1));
    expect(run([{ filter: { keep: { attributes: { body: 'b' } } } }], records, 'logs').left).toEqual(records.slice(1));
  });

  test('go through modules', () => {
    const [left] = run([{ module: { module: './modules/log.cjs' } }], [log({ text: 'x' }, { a: 1 }, 'e')], 'logs').left;
    expect(left).toMatchObject({ eventName: 'E', body: { text: 'y' }, attributes: { a: 2 } });
  });
});

test('a step that changes nothing leaves the span itself', () => {
  const one = span({ user: 'u1' });
  const steps = [
    { attributes: { drop: 'x*' } },
    { events: { drop: 'x' } },
    { enrich: { attributes: { user: 'y' } } },
    { transform: { rename: { x: 'y' }, delete: 'x' } },
    { redact: null },
  ];
  expect(spanAfter(steps, one)).toBe(one);
});

test.each<[unknown, string]>([
  ['redact', 'steps[0]: it is a text; expected a map with one key of filter, events, attributes'],
  [{ redat: {} }, 'steps[0]: unknown key "redat"; expected one of filter, events, attributes, enrich, transform, preset, redact, module, did you mean "redact"?'], // biome-ignore format: a row
  [{ filter: {}, redact: {} }, 'steps[0]: it is a map; expected a map with one key of filter'],
  [{ filter: null }, 'steps[0].filter: it is null; expected a map of options'],
  [{ filter: {} }, 'steps[0].filter: llm_only is nothing; expected drop or keep with a match, or llm_only: true'],
  [
    { filter: { dorp: {} } },
    'steps[0].filter.dorp: unknown key "dorp"; expected one of drop, keep, llm_only, did you mean',
  ],
  [{ filter: { drop: { name: 1 } } }, 'steps[0].filter.drop.name: it is a number; expected a glob'],
  [{ filter: { keep: { llm: true }, llmOnly: true } }, 'steps[0].filter: there are several keys; expected one of drop'],
  [{ events: {} }, 'steps[0].events: neither drop nor keep is set; expected one of the two with globs'],
  [{ events: { drop: 5 } }, 'steps[0].events.drop: it is a number; expected a glob or a list of globs'],
  [{ attributes: { on: ['span'] } }, 'steps[0].attributes: there is nothing to do; expected drop, keep, hash, mask'],
  [{ attributes: { drop: 'a', on: ['body'] } }, 'steps[0].attributes.on: it is a list; expected a list of span, event, link, resource'], // biome-ignore format: a row
  [{ attributes: { truncate: { max: 0 } } }, 'steps[0].attributes.truncate.max: it is a number; expected a whole number of at least 1'], // biome-ignore format: a row
  [{ enrich: {} }, 'steps[0].enrich: there is nothing to add; expected attributes, env, resource, baggage or module'],
  [{ enrich: { attributes: { a: {} } } }, 'steps[0].enrich.attributes.a: it is a map; expected a text, a number'],
  [{ enrich: { env: { a: 1 } } }, 'steps[0].enrich.env.a: it is a number; expected a variable'],
  [{ enrich: { module: './none.cjs' } }, 'steps[0].enrich.module: the module cannot be found; expected a path'],
  [{ transform: {} }, 'steps[0].transform: there is nothing to do; expected set, rename, copy, delete or name'],
  [
    { transform: { rename: { a: 1 } } },
    'steps[0].transform.rename.a: it is a number; expected the name of an attribute',
  ],
  [{ transform: { name: '' } }, 'steps[0].transform.name: it is an empty text; expected a text such as "chat ${'],
  [
    { redact: { detectors: ['mail'] } },
    'steps[0].redact.detectors: it is a list; expected all, or a list of private_key',
  ],
  [{ redact: { patterns: [{ name: 'x y', regex: 'a' }] } }, 'steps[0].redact.patterns[0].name: it is a text; expected'],
  [{ redact: { patterns: [{ name: 'x', regex: '(?!a)' }] } }, 'steps[0].redact.patterns[0].regex: the pattern cannot'],
  [{ redact: { allow: [{ regex: '(' }] } }, 'steps[0].redact.allow[0].regex: the pattern cannot be used (missing'],
  [{ redact: { mode: 'drop' } }, 'steps[0].redact.mode: the mode is not known; expected mask or hash'],
  [{ module: { module: './none.cjs' } }, 'steps[0].module.module: the module cannot be found; expected a path'],
  [{ module: {} }, 'steps[0].module.module: it is nothing; expected the path of a module, or the name of a package'],
  [
    { preset: { name: 'langfuse', mode: 'both' } },
    'steps[0].preset.mode: the mode is not known; expected copy or replace',
  ],
  [{ preset: {} }, 'steps[0].preset.name: it is nothing; expected the name of a preset'],
])('%j is refused', (step, problem) => {
  const { made, problems } = stepsFor([step]);
  expect(made).toBeUndefined();
  expect(problems[0]).toContain(problem);
});

test('an item of another shape never throws', () => {
  const print = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const broken = { name: 'x' } as never;
  expect(run([{ events: { drop: 'a' } }], [broken]).left).toEqual([broken]);
  expect(run([{ redact: {} }], [broken])).toEqual({ left: [], dropped: { step_error: 1 } });
  print.mockRestore();
});
