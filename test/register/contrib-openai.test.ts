import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, runNode } from '../support/spawn.ts';
import { LOADED, TYPES } from './application.ts';

/** The class as contrib publishes the class: CommonJS, with the class in a file of its own. */
const CONTRIB = {
  'package.json': '{ "name": "@opentelemetry/instrumentation-openai", "main": "build/src/index.js" }',
  'build/src/index.js': "exports.OpenAIInstrumentation = require('./instrumentation').OpenAIInstrumentation;",
  'build/src/instrumentation.js': `class OpenAIInstrumentation {
      _onRequire(module, exports) { return { ...exports, patched: true }; }
    }
    exports.OpenAIInstrumentation = OpenAIInstrumentation;`,
} as const;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llm-otel-contrib-'));
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@x'), { recursive: true });
  symlinkSync(ROOT, join(modules, '@x', 'llm-otel'));
  for (const [file, text] of Object.entries(CONTRIB)) {
    const path = join(modules, '@opentelemetry', 'instrumentation-openai', file);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }
  writeFileSync(join(folder, 'first.cjs'), "require('@opentelemetry/instrumentation-openai');");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const IMPORT = {
  mjs: "import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';",
  cjs: "const { OpenAIInstrumentation } = require('@opentelemetry/instrumentation-openai');",
} as const;
const BODY = `
console.log(new OpenAIInstrumentation()._onRequire({}, {}).patched === true);
console.log(JSON.stringify(Object.keys(process.env).filter((name) => /OTEL/.test(name)).sort()));`;

describe.concurrent('instrumentation-openai', () => {
  for (const type of TYPES)
    it.each([
      ['loaded later', LOADED[type]],
      ['loaded before', ['--require', './first.cjs', ...LOADED[type]]],
    ])(`%s (${type}) patches nothing, and the environment stays`, async (_, nodeArgs) => {
      const env = { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'fs' };
      const run = await runNode({ source: IMPORT[type] + BODY, type, cwd: folder, nodeArgs, env });
      expect(run).toMatchObject({ stdout: 'false\n["OTEL_NODE_DISABLED_INSTRUMENTATIONS"]\n', stderr: '', code: 0 });
    });

  it.each(TYPES)('patches if both are to record (%s)', async (type) => {
    const env = { LLM_OTEL_OTHER_INSTRUMENTATIONS: 'keep' };
    const options = { source: IMPORT[type] + BODY, type, cwd: folder, nodeArgs: LOADED[type], env };
    expect((await runNode(options)).stdout).toContain('true\n');
  });
});
