/** Runtimes and test runners that refuse module hooks, as jest 30.5 does with `module.registerHooks()`. */
import { describe, expect, it } from 'vitest';
import { runNode } from '../../support/spawn.ts';

const REFUSE = `
const Module = require('node:module');
const refuse = (name) => { Module[name] = () => { throw new Error(name + ' is not allowed'); }; };
refuse('register');
if (Module.registerHooks) refuse('registerHooks');`;
const FROZEN = `
Object.defineProperty(Module.prototype, 'load', { value: Module.prototype.load, writable: false });
Object.defineProperty(Module.prototype, '_compile', { value: Module.prototype._compile, writable: false });`;
const USE = `
const { getLlmInstrumentations, OpenAIInstrumentation } = require('@x/llm-otel');
const all = [...getLlmInstrumentations(), new OpenAIInstrumentation({ captureContent: 'SPAN_ONLY' })];
for (const one of all) { one.enable(); one.disable(); one.enable(); one.patch({}); one.patch('text'); }
console.log('fine');`;

describe('where module hooks are refused', () => {
  it.each([
    [
      'by the functions',
      REFUSE,
      {},
      /^(?:@x\/llm-otel: warning: modules cannot be hooked .*instrumentation\.patch\(\).*\n)/,
    ],
    ['by the prototype too', REFUSE + FROZEN, {}, /^(?:@x\/llm-otel: warning: modules cannot be hooked .*\n)+/],
    ['in jest', REFUSE, { JEST_WORKER_ID: '1' }, /capture\.patch\(\) of @x\/llm-otel\/testing/],
  ])('%s, nothing throws and the reason is said', async (_, before, env, warning) => {
    const { code, stdout, stderr } = await runNode({ source: before + USE, type: 'cjs', env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'fine\n' });
    expect(stderr).toMatch(warning);
    expect(new Set(stderr.split('\n')).size).toBe(stderr.split('\n').length);
  });

  it('register starts the application', async () => {
    const nodeArgs = ['--require', '@x/llm-otel/register'];
    const env = { OTEL_TRACES_EXPORTER: 'none' };
    const { code, stdout } = await runNode({ source: `${REFUSE}${USE}`, type: 'cjs', nodeArgs, env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'fine\n' });
  });
});
