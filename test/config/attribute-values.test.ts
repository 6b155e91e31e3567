import { beforeEach, describe, expect, test } from 'vitest';
import { freshWarnings } from '../support/warnings.ts';

const said = freshWarnings();
let values: typeof import('../../src/config/attribute-values.ts');

beforeEach(async () => {
  values = await import('../../src/config/attribute-values.ts');
});

type Row<T> = readonly [raw: T, clean: unknown, warning?: string];

const LEFT_OUT = 'is left out';
const THROWS = Object.defineProperty({ a: 1 }, 'b', {
  enumerable: true,
  get: () => {
    throw new Error('no');
  },
});

const CLEAN: readonly Row<unknown>[] = [
  [
    { s: 'x', n: 1.5, b: false, e: '' },
    { s: 'x', n: 1.5, b: false, e: '' },
  ],
  [
    { s: ['x', 'y'], n: [1], b: [true, false], none: [] },
    { s: ['x', 'y'], n: [1], b: [true, false], none: [] },
  ],
  [{ a: undefined }, undefined],
  [{}, undefined],
  [{ a: undefined, b: 1 }, { b: 1 }],
  [{ a: null, b: 1 }, { b: 1 }, `"a" ${LEFT_OUT}, expected a string, a finite number`],
  [{ a: Number.NaN }, undefined, `"a" ${LEFT_OUT}`],
  [{ a: Number.POSITIVE_INFINITY }, undefined, `"a" ${LEFT_OUT}`],
  [{ a: 1n }, undefined, `"a" ${LEFT_OUT}`],
  [{ a: Symbol('a') }, undefined, `"a" ${LEFT_OUT}`],
  [{ a: () => 1 }, undefined, `"a" ${LEFT_OUT}`],
  [{ a: { nested: 1 }, b: 'x' }, { b: 'x' }, `"a" ${LEFT_OUT}`],
  [{ a: ['x', 1] }, undefined, `"a" ${LEFT_OUT}`],
  [{ a: [undefined] }, undefined, `"a" ${LEFT_OUT}`],
  [{ a: [Number.NaN] }, undefined, `"a" ${LEFT_OUT}`],
  [{ a: [['x']] }, undefined, `"a" ${LEFT_OUT}`],
  [{ '': 1 }, undefined, 'without a name'],
  [{ 'gen_ai.usage.input_tokens': 1, a: 1 }, { a: 1 }, 'recorded from the call itself'],
  [JSON.parse('{"__proto__": ["x"]}'), undefined, 'recorded from the call itself'],
  [{ ['a'.repeat(100)]: null }, undefined, `"${'a'.repeat(57)}..."`],
  ['team=ml', undefined, 'expected an object'],
  [null, undefined, 'expected an object'],
  [undefined, undefined, 'expected an object'],
  [['x'], undefined, 'expected an object'],
  [7, undefined, 'expected an object'],
  [THROWS, { a: 1 }, 'cannot be read'],
];

for (const [i, [raw, clean, warning]] of CLEAN.entries())
  test(`attributes ${i}`, () => {
    expect(values.cleanAttributes(raw, 'here')).toEqual(clean);
    if (warning === undefined) expect(said()).toBe('');
    else expect(said()).toContain(`here: `);
    expect(said()).toContain(warning ?? '');
  });

test('an array is copied', () => {
  const tags = ['a'];
  const clean = values.cleanAttributes({ tags }, 'here');
  tags.push('b');
  expect(clean).toEqual({ tags: ['a'] });
});

test('each kind of problem is said once for a place, whatever the names', () => {
  for (let i = 0; i < 100; i++) values.cleanAttributes({ [`name-${i}`]: null, '': 1 }, 'here');
  expect(said().trim().split('\n')).toHaveLength(2);
  values.cleanAttributes({ a: null }, 'there');
  expect(said().trim().split('\n')).toHaveLength(3);
});

const PAIRS: readonly Row<string>[] = [
  ['team=ml,env=prod', { team: 'ml', env: 'prod' }],
  [' team = ml , env=prod,', { team: 'ml', env: 'prod' }],
  ['team=a%2Cb%3D%20c,na%3Dme=x', { team: 'a,b= c', 'na=me': 'x' }],
  ['team=a=b', { team: 'a=b' }],
  ['team=', { team: '' }],
  ['team=ml,team=ops', { team: 'ops' }],
  ['constructor=x', { constructor: 'x' }],
  ['', undefined],
  [' , ', undefined],
  ['team,env=prod', { env: 'prod' }, '"team" is left out, expected name=value'],
  ['=ml,env=prod', { env: 'prod' }, '"=ml" is left out, expected name=value'],
  ['team=%E0%A4%A,env=prod', { env: 'prod' }, '"team=%E0%A4%A" is left out, expected name=value'],
  ['gen_ai.request.model=x,env=prod', { env: 'prod' }, '"gen_ai.request.model" is left out, it is recorded'],
  ['__proto__=x,env=prod', { env: 'prod' }, '"__proto__" is left out'],
];

for (const [text, attributes, warning] of PAIRS)
  test(`text ${JSON.stringify(text)}`, () => {
    expect(values.parseAttributes(text, 'LLM_OTEL_ATTRIBUTES')).toEqual(attributes);
    if (warning === undefined) expect(said()).toBe('');
    else expect(said()).toContain(`LLM_OTEL_ATTRIBUTES: ${warning}`);
  });

describe('names', () => {
  test.each([
    'gen_ai.operation.name',
    'gen_ai.provider.name',
    'gen_ai.request.model',
    'gen_ai.request.anything',
    'gen_ai.response.id',
    'gen_ai.usage.cost',
    'gen_ai.input.messages',
    'gen_ai.output.messages',
    'gen_ai.output.type',
    'gen_ai.system_instructions',
    'gen_ai.tool.name',
    'gen_ai.tool.call.id',
    'gen_ai.embeddings.dimension.count',
    'llm_otel.stream.outcome',
    'openai.api.type',
    'anthropic.message.stop_reason',
    'server.address',
    'server.port',
    'error.type',
    'exception.message',
    '__proto__',
  ])('%s is reserved', (name) => expect(values.isReserved(name)).toBe(true));

  test.each([
    'team',
    'user.id',
    'session.id',
    'gen_ai.conversation.id',
    'gen_ai.prompt.name',
    'gen_ai.agent.name',
    'gen_ai.systematic',
    'server.addresses',
    'error.types',
    'my.gen_ai.usage.x',
  ])('%s is not', (name) => expect(values.isReserved(name)).toBe(false));
});
