/** Configurations, and what `llm-otel collector-config` writes for each: files of the folder `goldens`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectorDocument } from '../../../src/cli/collector-config/collector-document.ts';
import { sdkSettings } from '../../../src/config/sdk/sdk-settings.ts';
import { settingsOf } from '../../config/file/files.ts';

const FOLDER = join(import.meta.dirname, 'goldens');

/** A configuration: variables (`.env`), or a file (`.yaml`). */
export interface Golden {
  readonly name: string;
  /** The file that has to be written. */
  readonly path: string;
  /** Lines that are written. */
  readonly lines: readonly string[];
  /** Variables that the Collector needs. */
  readonly variables: readonly string[];
}

/** Every configuration of the folder. Read when asked for, because parts of the pipeline are loaded late. */
export function goldens(): Golden[] {
  const inputs = readdirSync(FOLDER).filter((file) => /^[\w-]+\.(?:env|yaml)$/.test(file));
  return inputs.map((file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const name = file.replace(/\.\w+$/, '');
    const env = file.endsWith('.env') ? variablesOf(text) : { LLM_OTEL_HASH_KEY: 'k'.repeat(32) };
    const sdk = file.endsWith('.env') ? sdkSettings(env) : settingsOf(text, env).sdk;
    const { lines, variables } = collectorDocument({ sdk, endpoint: undefined });
    return { name, path: join(FOLDER, `${name}.collector.yaml`), lines, variables };
  });
}

const variablesOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
