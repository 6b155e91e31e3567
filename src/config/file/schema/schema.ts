/** A part of a JSON schema, as far as the schema of configuration files goes. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: SchemaType | readonly SchemaType[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly enum?: readonly (string | null)[];
  readonly oneOf?: readonly Schema[];
  readonly description?: string;
}

/** Types of JSON schemas. */
export type SchemaType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';

/** A whole schema. */
export interface RootSchema extends Schema {
  readonly $defs: Readonly<Record<string, Schema>>;
}

let loaded: RootSchema | undefined;

/** The schema of configuration files; it stands beside the code in the sources and in the build. */
export function configSchema(): RootSchema {
  loaded ??= require('./config.schema.json') as RootSchema;
  return loaded;
}

/** Follows a reference to its definition. */
export function definitionOf(root: RootSchema, schema: Schema): Schema {
  const { $ref } = schema;
  if ($ref === undefined) return schema;
  const definition = root.$defs[$ref.slice('#/$defs/'.length)];
  if (definition === undefined) throw new Error(`the schema has no ${$ref}`);
  return definition;
}

/** Types that a schema allows; empty for any. */
export const typesOf = ({ type }: Schema): readonly SchemaType[] =>
  type === undefined ? [] : typeof type === 'string' ? [type] : type;
