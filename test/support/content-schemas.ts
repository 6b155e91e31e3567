/**
 * The conventions' JSON schemas of content attributes, if they are at hand beside the project.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { findShared } from './shared-folder.ts';

const FOLDER = findShared('semconv');

const FILES = {
  'gen_ai.system_instructions': 'gen-ai-system-instructions.schema.json',
  'gen_ai.input.messages': 'gen-ai-input-messages.schema.json',
  'gen_ai.output.messages': 'gen-ai-output-messages.schema.json',
  'gen_ai.tool.definitions': 'gen-ai-tool-definitions.offline.schema.json',
  'gen_ai.tool.call.arguments': 'gen-ai-tool-call-arguments.schema.json',
  'gen_ai.tool.call.result': 'gen-ai-tool-call-result.schema.json',
} as const;

/** A content attribute with a schema. */
export type SchemaName = keyof typeof FILES;

/** False in a clone without the schemas: tests against them are skipped then. */
const haveSchemas = FOLDER !== undefined;

/** Says why tests are skipped, in the test's name. */
export const schemaNote = haveSchemas ? '' : ' (skipped: no schemas beside the project)';

/** The schemas accept any part with a `type`; these are the fields that the conventions require all the same. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  text: ['content'],
  reasoning: ['content'],
  tool_call: ['name'],
  tool_call_response: ['response'],
  server_tool_call: ['name', 'server_tool_call'],
  server_tool_call_response: ['server_tool_call_response'],
  blob: ['modality', 'content'],
  uri: ['modality', 'uri'],
  file: ['modality', 'file_id'],
};

const ajv = new Ajv({ strict: false, validateFormats: false });
const compiled = new Map<string, ValidateFunction>();

/** What is wrong with `value` as attribute `name`; empty if it is valid or there are no schemas. */
export function schemaProblems(name: string, value: unknown): string[] {
  const problems = requiredFields(value);
  if (FOLDER === undefined) return problems;
  let validate = compiled.get(name);
  if (validate === undefined) {
    const text = readFileSync(join(FOLDER, FILES[name as SchemaName]), 'utf8');
    validate = ajv.compile(JSON.parse(text) as object);
    compiled.set(name, validate);
  }
  if (!validate(value)) problems.push(`${name}: ${ajv.errorsText(validate.errors)}`);
  return problems;
}

function requiredFields(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  const parts = (value as { parts?: Record<string, unknown>[] }[]).flatMap((message) => message.parts ?? []);
  return parts.flatMap((part) =>
    (REQUIRED[String(part.type)] ?? []).filter((f) => !(f in part)).map((f) => `${part.type} lacks ${f}`),
  );
}
