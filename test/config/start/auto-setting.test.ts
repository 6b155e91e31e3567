import { expect, test } from 'vitest';
import { readAuto } from '../../../src/config/start/auto-setting.ts';

test.each<[variable: string | undefined, file: boolean | string[] | undefined, setting: unknown]>([
  [undefined, undefined, undefined],
  [undefined, true, true],
  [undefined, false, undefined],
  [undefined, ['http', ' pg '], ['http', 'pg']],
  [undefined, [], undefined],
  ['true', false, true],
  ['on', undefined, true],
  ['off', true, undefined],
  ['none', true, undefined],
  ['http,express,http', true, ['http', 'express']],
  [' , ', undefined, undefined],
])('LLM_OTEL_AUTO=%o, auto: %o', (variable, file, setting) => {
  expect(readAuto({ LLM_OTEL_AUTO: variable }, file)).toEqual(setting);
});
