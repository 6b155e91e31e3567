import { type Context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import type { LlmOtelOptions } from '../../src/config/options.ts';
import { addCustomAttributes, contextWithAttributes, withInnerAttributes } from '../../src/scope/custom-attributes.ts';
import { configOf } from '../telemetry/in-memory.ts';

const CONVERSATION = 'gen_ai.conversation.id';

function added(options: LlmOtelOptions, context: Context = ROOT_CONTEXT, own: Record<string, string> = {}) {
  const attributes = { ...own };
  addCustomAttributes(attributes, context, configOf(options), 'chat m', { operation: 'chat' });
  return attributes;
}

function withBaggage(entries: Readonly<Record<string, string>>): Context {
  const values = Object.entries(entries).map(([name, value]) => [name, { value }]);
  return propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(Object.fromEntries(values)));
}

/** Who goes before whom, the first one first. */
const ORDER = ['call', 'dynamic', 'inner scope', 'outer scope', 'baggage', 'static'];

test.each(ORDER.map((_, i) => ORDER.slice(i)))('of %s and those after it the first one counts', (...present) => {
  const value = (source: string) => (present.includes(source) ? { team: source } : {});
  const outer = contextWithAttributes(withBaggage(value('baggage')), value('outer scope'));
  const context = contextWithAttributes(outer, value('inner scope'));
  const options = { baggageKeys: ['team'], attributes: value('static'), dynamicAttributes: () => value('dynamic') };
  expect(added(options, context, value('call') as Record<string, string>)).toEqual({ team: present[0] });
});

describe('baggage', () => {
  const context = withBaggage({ team: 'a', 'team.lead': 'b', other: 'c', 'gen_ai.request.model': 'd' });

  test.each<[readonly string[], object]>([
    [[], {}],
    [['team'], { team: 'a' }],
    [['team*'], { team: 'a', 'team.lead': 'b' }],
    [['team.*'], { 'team.lead': 'b' }],
    [['tea'], {}],
    [['*'], { team: 'a', 'team.lead': 'b', other: 'c' }],
  ])('of %j is %j', (baggageKeys, expected) => {
    expect(added({ baggageKeys: [...baggageKeys] }, context)).toEqual(expected);
  });

  test('none', () => {
    expect(added({ baggageKeys: ['*'] })).toEqual({});
  });
});

describe('the conversation that an inner call names', () => {
  test('goes before that of a scope', () => {
    const scoped = added({}, contextWithAttributes(ROOT_CONTEXT, { [CONVERSATION]: 'scope' }));
    expect(withInnerAttributes(scoped, { [CONVERSATION]: 'inner' })).toEqual({ [CONVERSATION]: 'inner' });
    expect(withInnerAttributes(scoped, { other: 1 })).toEqual({ [CONVERSATION]: 'scope', other: 1 });
  });

  test('does not go before that of the call', () => {
    const own = added({}, contextWithAttributes(ROOT_CONTEXT, { [CONVERSATION]: 'scope' }), { [CONVERSATION]: 'call' });
    expect(withInnerAttributes(own, { [CONVERSATION]: 'inner' })).toEqual({ [CONVERSATION]: 'call' });
  });

  test('is taken where there is none', () => {
    expect(withInnerAttributes({ a: 1 }, { a: 2, [CONVERSATION]: 'inner' })).toEqual({ a: 1, [CONVERSATION]: 'inner' });
  });
});
