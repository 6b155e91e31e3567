// Writes src/config/file/schema/config.schema.json: the official schema of OpenTelemetry's configuration file, which stands in
// the pinned @opentelemetry/configuration, and the components of this package; with --check, says whether it is up to date.
//   npm run schema [-- --check]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

const OFFICIAL = 'node_modules/@opentelemetry/configuration/build/src/generated/validator.js';
const OURS = 'src/config/file/schema/llm-otel.schema.json';
const FILE = 'src/config/file/schema/config.schema.json';

/** The validator of the package begins with the schema, a literal on one line. */
function officialSchema() {
  const text = readFileSync(OFFICIAL, 'utf8');
  const [, literal] = /^const schema\d+ = (\{ "\$schema": .*\});$/m.exec(text) ?? [];
  if (literal === undefined) throw new Error(`${OFFICIAL} holds no schema where one is expected`);
  return JSON.parse(JSON.stringify(runInNewContext(`(${literal})`)));
}

/** A standard that lets null stand for "not set" leaves null out of its lists of words. */
function allowNull(schema) {
  const { type, enum: words } = schema;
  if (Array.isArray(words) && Array.isArray(type) && type.includes('null') && !words.includes(null)) words.push(null);
}

const schema = officialSchema();
const { places, $defs } = JSON.parse(readFileSync(OURS, 'utf8'));
Object.values(schema.$defs).forEach(allowNull);
for (const [name, components] of Object.entries(places)) {
  const place = schema.$defs[name];
  if (place === undefined) throw new Error(`the official schema has no ${name}`);
  place.properties = { ...place.properties, ...components };
  // A component that this package does not have cannot be made, so naming it is an error.
  place.additionalProperties = false;
}
for (const [name, definition] of Object.entries($defs)) {
  if (schema.$defs[name] !== undefined) throw new Error(`the official schema has ${name} already`);
  schema.$defs[name] = definition;
}
schema.$defs.Distribution.properties = { llm_otel: { $ref: '#/$defs/LlmOtelDistribution' } };
schema.properties.file_format.enum = ['1.0', '1.1'];

const lines = Object.entries(schema.$defs).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
const { $defs: _, ...top } = schema;
const wanted = `${JSON.stringify(top).slice(0, -1)},\n"$defs":{\n${lines.join(',\n')}\n}}\n`;
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, wanted);
} else if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== wanted) {
  console.error(`${FILE} is not up to date: run npm run schema and commit it`);
  process.exitCode = 1;
}
