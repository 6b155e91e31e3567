/** Files of the tests of configuration files. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigFile, readConfigFile } from '../../../src/config/file/index.ts';

/** A new folder of the test. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'llm-otel-config-'));

/** Writes `text` into a file of its own. */
export function fileOf(text: string, name = 'otel.yaml'): string {
  const path = join(newFolder(), name);
  writeFileSync(path, text);
  return path;
}

/** Reads `text` as `OTEL_CONFIG_FILE`, or as `LLM_OTEL_CONFIG` with `isOverlay`. */
export function readText(text: string, env: Record<string, string> = {}, isOverlay = false): ConfigFile {
  const variable = isOverlay ? 'LLM_OTEL_CONFIG' : 'OTEL_CONFIG_FILE';
  return readConfigFile(env, { path: fileOf(text), variable, isOverlay });
}

/** Settings of a text; fails with the problems if there are any. */
export function settingsOf(text: string, env: Record<string, string> = {}, isOverlay = false) {
  const { settings, problems } = readText(text, env, isOverlay);
  if (settings === undefined) throw new Error(JSON.stringify(problems, null, 2));
  return settings;
}

/** A file whose tracer provider has one pipeline with the lines of `keys`. */
export const pipelineFile = (...keys: string[]): string =>
  `file_format: "1.1"
tracer_provider:
  processors:
    - llm_otel_pipeline:
${keys.map((key) => `        ${key}\n`).join('')}`;
