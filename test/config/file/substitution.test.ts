// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a configuration file
import { expect, test } from 'vitest';
import { coreSchemaValue } from '../../../src/config/file/text/core-schema.ts';
import { plainDataOf } from '../../../src/config/file/text/document-node.ts';
import { parseConfigText } from '../../../src/config/file/text/parse-document.ts';

const ENV = {
  TEXT: 'value',
  YES: 'true',
  NUMBER: '1100',
  FLOAT: '1.5',
  HEX: '0xff',
  EMPTY: '',
  MAP: 'key: value',
  LINES: 'a\nb: c',
  NESTED: '${TEXT}',
  QUOTED: '"5"',
};

const readValue = (text: string): unknown => {
  const { root, problems } = parseConfigText(`key: ${text}`, ENV);
  expect(problems).toEqual([]);
  return root && (plainDataOf(root) as { key: unknown }).key;
};

// The rows of https://opentelemetry.io/docs/specs/otel/configuration/data-model/#environment-variable-substitution and more.
test.each<[string, unknown]>([
  ['${TEXT}', 'value'],
  ['${env:TEXT}', 'value'],
  ['${YES}', true],
  ['"${YES}"', 'true'],
  ["'${YES}'", 'true'],
  ['${NUMBER}', 1100],
  ['${FLOAT}', 1.5],
  ['${HEX}', 255],
  ['"${NUMBER}"', '1100'],
  ['${UNSET}', null],
  ['"${UNSET}"', ''],
  ['${EMPTY}', null],
  ['${UNSET:-fallback}', 'fallback'],
  ['${EMPTY:-fallback}', 'fallback'],
  ['${env:UNSET:-5}', 5],
  ['${TEXT:-fallback}', 'value'],
  ['${UNSET:-}', null],
  ['${UNSET:-a b:-c}', 'a b:-c'],
  ['foo ${TEXT} ${FLOAT}', 'foo value 1.5'],
  ['${NUMBER}${NUMBER}', 11001100],
  ['$${TEXT}', '${TEXT}'],
  ['$$${TEXT}', '$value'],
  ['$$$${TEXT}', '$${TEXT}'],
  ['a $$ b', 'a $ b'],
  ['a $ b', 'a $ b'],
  ['$TEXT', '$TEXT'],
  ['${NESTED}', '${TEXT}'],
  ['${MAP}', 'key: value'],
  ['${LINES}', 'a\nb: c'],
  ['${QUOTED}', '"5"'],
  ['|\n  ${YES}\n', 'true\n'],
  ['["${TEXT}", 1]', ['value', 1]],
])('%s', (text, value) => {
  expect(readValue(text)).toEqual(value);
});

test('keys are left alone', () => {
  const { root } = parseConfigText('${TEXT}: ${TEXT}', ENV);
  expect(root && plainDataOf(root)).toEqual({ '${TEXT}': 'value' });
});

test.each(['${1A}', '${A-B}', '${}', '${A:?no}', '${sys:A}'])('%s is a problem', (text) => {
  expect(parseConfigText(`key: "${text}"`, ENV).problems).toMatchObject([{ line: 1, column: 6 }]);
});

test('variables are noted for the value they stand in', () => {
  const { root } = parseConfigText('a: ${TEXT}-${UNSET:-x}\nb: 1', ENV);
  expect(root).toMatchObject({
    entries: [{ node: { variables: ['TEXT', 'UNSET'] } }, { node: { variables: [] } }],
  });
});

test.each<[string, unknown]>([
  ['null', null],
  ['~', null],
  ['True', true],
  ['FALSE', false],
  ['yes', 'yes'],
  ['on', 'on'],
  ['0o17', 15],
  ['017', 17],
  ['1_000', '1_000'],
  ['1e3', 1000],
  ['+.inf', Number.POSITIVE_INFINITY],
  ['-.INF', Number.NEGATIVE_INFINITY],
  ['.nan', Number.NaN],
  ['12:30:45', '12:30:45'],
  ['2001-01-01', '2001-01-01'],
])('%s without quotes', (text, value) => {
  expect(coreSchemaValue(text)).toEqual(value);
});
