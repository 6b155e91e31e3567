import { nearestName } from '../../nearest-name.ts';
import { pointerStep } from '../problem.ts';
import type { DocumentNode, ListNode, MapEntry, MapNode, Place, ScalarNode } from '../text/document-node.ts';
import { expectationOf, isOfType, joinWords, kindOfNode } from './expectation.ts';
import { configSchema, definitionOf, type RootSchema, type Schema, typesOf } from './schema.ts';

/** A fault and its place, without the name of the file. */
export interface PlacedProblem extends Place {
  readonly pointer: string;
  readonly message: string;
}

/** Faults of a document: problems make a file unusable, warnings do not. */
export interface CheckResult {
  readonly problems: readonly PlacedProblem[];
  readonly warnings: readonly PlacedProblem[];
  readonly components: readonly FoundComponent[];
}

/** A part of a document with a definition of {@link COMPONENTS}. */
export interface FoundComponent {
  readonly definition: ComponentName;
  readonly node: DocumentNode;
  readonly pointer: string;
}

/** Definitions of the schema with rules that a schema cannot say: the pipeline checks the values. */
const COMPONENTS = ['LlmOtelMatch'] as const;
/** The name of a definition whose values the pipeline checks. */
export type ComponentName = (typeof COMPONENTS)[number];

const componentName = ($ref: string | undefined): ComponentName | undefined =>
  COMPONENTS.find((name) => $ref === `#/$defs/${name}`);

/** Below these keys even the names of keys may be secrets: somebody may write a header as a key. */
const SECRET = /\/headers(?:_list)?(?:\/|$)/;

/**
 * Compares a document with the schema. Unknown keys at the top are warnings, all unknown keys below are problems where the
 * schema forbids them.
 * @param isOverlay the document is laid over the environment: nothing is required at the top
 */
export function checkDocument(root: DocumentNode, isOverlay: boolean): CheckResult {
  const schema = configSchema();
  const checker = new Checker(schema);
  const { required: _, ...optional } = schema;
  checker.check(root, isOverlay ? optional : schema, '');
  return {
    problems: checker.problems,
    warnings: root.kind === 'map' ? unknownAtTop(root, schema) : [],
    components: checker.components,
  };
}

/** Compares one value of a document with its schema. */
export function checkValue(
  root: RootSchema,
  node: DocumentNode,
  schema: Schema,
  pointer: string,
): readonly PlacedProblem[] {
  const checker = new Checker(root);
  checker.check(node, schema, pointer);
  return checker.problems;
}

function unknownAtTop({ entries }: MapNode, { properties = {} }: Schema): PlacedProblem[] {
  return entries
    .filter(({ key }) => !Object.hasOwn(properties, key))
    .map(({ key, place }) => ({
      ...place,
      pointer: pointerStep(key),
      message: unknownKey(key, Object.keys(properties), ''),
    }));
}

function unknownKey(key: string, keys: readonly string[], pointer: string): string {
  const isSecret = SECRET.test(pointer);
  const nearest = isSecret ? undefined : nearestName(key, keys);
  const expected = keys.length === 0 ? 'no keys' : keys.length === 1 ? keys[0] : `one of ${keys.join(', ')}`;
  const shown = isSecret ? '' : ` ${JSON.stringify(key.slice(0, 80))}`;
  return `unknown key${shown}; expected ${expected}${nearest === undefined ? '' : `, did you mean "${nearest}"?`}`;
}

/** Walks through a document beside the schema. */
class Checker {
  readonly problems: PlacedProblem[] = [];
  readonly components: FoundComponent[] = [];
  readonly #root: RootSchema;

  constructor(root: RootSchema) {
    this.#root = root;
  }

  /** Adds the problems of `node`. */
  check(node: DocumentNode, written: Schema, pointer: string): void {
    const schema = definitionOf(this.#root, written);
    const types = typesOf(schema);
    const definition = componentName(written.$ref);
    if (definition !== undefined) this.components.push({ definition, node, pointer });
    if (schema.oneOf !== undefined) this.#checkAlternatives(node, schema, pointer);
    else if (types.length > 0 && !types.some((type) => isOfType(node, type)))
      this.#refuse(node, pointer, this.#wrongType(node, schema));
    else if (node.kind === 'scalar') this.#checkScalar(node, schema, pointer);
    else if (node.kind === 'list') this.#checkList(node, schema, pointer);
    else this.#checkMap(node, schema, pointer);
  }

  #wrongType(node: DocumentNode, schema: Schema): string {
    const isUnquoted = node.kind === 'scalar' && node.value !== null && typesOf(schema).includes('string');
    const expected = expectationOf(this.#root, schema);
    return `it is ${kindOfNode(node)}; expected ${expected}${isUnquoted ? ' in quotes' : ''}`;
  }

  /** The alternative whose type fits is the one that was meant. */
  #checkAlternatives(node: DocumentNode, schema: Schema, pointer: string): void {
    const alternatives = (schema.oneOf ?? []).map((one) => definitionOf(this.#root, one));
    const fitting = alternatives.filter((one) => typesOf(one).some((type) => isOfType(node, type)));
    const attempts = fitting.map((one) => {
      const checker = new Checker(this.#root);
      checker.check(node, one, pointer);
      return checker.problems;
    });
    if (attempts.some(({ length }) => length === 0)) return;
    if (attempts.length === 1) this.problems.push(...(attempts[0] ?? []));
    else this.#refuse(node, pointer, `it is ${kindOfNode(node)}; expected ${expectationOf(this.#root, schema)}`);
  }

  #checkScalar(node: ScalarNode, schema: Schema, pointer: string): void {
    const { value } = node;
    if (value === null || isAllowed(value, schema)) return;
    const isShown = schema.enum !== undefined && typeof value === 'string' && value !== '' && !SECRET.test(pointer);
    const problem =
      typeof value === 'number'
        ? `${value} is out of range`
        : isShown
          ? `${JSON.stringify(value.slice(0, 80))} is not known`
          : 'the text cannot be used';
    const expected = schema.minLength === undefined ? expectationOf(this.#root, schema) : 'a text that is not empty';
    this.#refuse(node, pointer, `${problem}; expected ${expected}`);
  }

  #checkList(node: ListNode, { items = {}, minItems = 0 }: Schema, pointer: string): void {
    if (node.items.length < minItems)
      this.#refuse(node, pointer, `the list is empty; expected at least ${minItems} item`);
    for (const [index, item] of node.items.entries()) this.check(item, items, pointer + pointerStep(index));
  }

  #checkMap(node: MapNode, schema: Schema, pointer: string): void {
    const { properties = {}, required = [] } = schema;
    for (const entry of node.entries) this.#checkEntry(entry, schema, pointer);
    // A slip of the finger is said once: as an unknown key.
    const names = Object.keys(properties);
    const isClosed = schema.additionalProperties === false;
    const slips = node.entries.map(({ key }) => (names.includes(key) || !isClosed ? key : nearestName(key, names)));
    const missing = required.filter((key) => !slips.includes(key));
    for (const key of missing) {
      const definition = definitionOf(this.#root, properties[key] ?? {});
      const expected = expectationOf(this.#root, definition);
      this.#refuse(node, pointer, `the key "${key}" is missing; expected ${key}: ${expected}`);
    }
    if (missing.length === 0) this.#checkCount(node, schema, pointer);
  }

  #checkEntry({ key, place, node }: MapEntry, schema: Schema, pointer: string): void {
    const { properties = {}, additionalProperties = true } = schema;
    const below = pointer + pointerStep(key);
    const isSecret = SECRET.test(`${pointer}/`);
    if (Object.hasOwn(properties, key)) this.check(node, properties[key] ?? {}, below);
    else if (typeof additionalProperties === 'object') this.check(node, additionalProperties, below);
    else if (!additionalProperties)
      this.#refuse(place, isSecret ? pointer : below, unknownKey(key, Object.keys(properties), pointer));
  }

  #checkCount(node: MapNode, schema: Schema, pointer: string): void {
    const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY, properties = {} } = schema;
    const { length } = node.entries;
    if (length >= minProperties && length <= maxProperties) return;
    const many = minProperties === maxProperties ? `exactly ${minProperties}` : `at least ${minProperties}`;
    const names = Object.keys(properties);
    const of = names.length === 0 ? ` key${minProperties === 1 ? '' : 's'}` : ` of ${joinWords(names)}`;
    this.#refuse(node, pointer, `there are ${length || 'no'} keys; expected ${many}${of}`);
  }

  #refuse({ line, column }: Place, pointer: string, message: string): void {
    this.problems.push({ line, column, pointer, message });
  }
}

function isAllowed(value: string | number | boolean, schema: Schema): boolean {
  const { enum: words, pattern, minLength = 0 } = schema;
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = schema;
  if (typeof value === 'number') return value >= minimum && value <= maximum && value > exclusiveMinimum;
  if (typeof value === 'boolean') return true;
  if (words !== undefined && !words.includes(value)) return false;
  return value.length >= minLength && (pattern === undefined || new RegExp(pattern).test(value));
}
