import { configSchema, type RootSchema, type Schema } from '../schema/schema.ts';

/** `scheduleDelay` for `schedule_delay`: the name of a key in code. */
export const camelCase = (key: string): string => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Headers in code are an object: `{ authorization: 'Bearer ...' }`. */
const HEADERS: Schema = { type: ['object', 'null'], additionalProperties: { type: 'string' } };

/** Keys in camelCase. A map with one key names a component, and components have the same names in a file and in code. */
function inCamelCase(schema: Schema): Schema {
  const { properties, required, items, oneOf, additionalProperties, maxProperties } = schema;
  const nameOf = maxProperties === 1 ? (key: string) => key : camelCase;
  const renamed = (all: NonNullable<Schema['properties']>): NonNullable<Schema['properties']> =>
    Object.fromEntries(Object.entries(all).map(([key, one]) => [nameOf(key), inCamelCase(one)]));
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: renamed(properties) }),
    ...(required === undefined ? {} : { required: required.map(nameOf) }),
    ...(items === undefined ? {} : { items: inCamelCase(items) }),
    ...(oneOf === undefined ? {} : { oneOf: oneOf.map(inCamelCase) }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: inCamelCase(additionalProperties) } : {}),
  };
}

function definitionInCode(name: string, written: Schema): Schema {
  const schema = inCamelCase(written);
  const hasHeaders = /^Otlp(?:Http|Grpc)Exporter$/.test(name);
  return hasHeaders ? { ...schema, properties: { ...schema.properties, headers: HEADERS } } : schema;
}

let made: RootSchema | undefined;

/** The schema of configuration files for options in code. Pipelines need few definitions: each is made when it is asked for. */
export function optionSchema(): RootSchema {
  if (made !== undefined) return made;
  const $defs: Record<string, Schema> = {};
  for (const [name, written] of Object.entries(configSchema().$defs)) {
    let definition: Schema | undefined;
    const get = (): Schema => {
      definition ??= definitionInCode(name, written);
      return definition;
    };
    Object.defineProperty($defs, name, { get, enumerable: true });
  }
  made = { $defs };
  return made;
}
