import { registeredExporter, registeredExporterNames } from '../../start/registered-exporters.ts';
import { showValue } from '../../unusable-value.ts';
import { definitionOf, type RootSchema } from '../schema/schema.ts';
import type { DocumentNode } from '../text/document-node.ts';
import { opaqueNode } from './option-document.ts';

/** An exporter in code: what the schema can check, and options that go through as they are, functions included. */
export interface ExporterParts {
  readonly checked: unknown;
  /** Puts the options of the user into the exporter as a file would have the exporter. */
  complete(exporter: DocumentNode): DocumentNode;
}

const PLACE = { line: 1, column: 1 } as const;

const mapOf = (key: string, node: DocumentNode): DocumentNode => ({
  ...PLACE,
  kind: 'map',
  entries: [{ key, place: PLACE, node }],
});

/** Splits an exporter. A text: why the exporter cannot be used. */
export function splitExporter(option: unknown, root: RootSchema, definition: string): ExporterParts | string {
  const keys = typeof option === 'object' && option !== null && !Array.isArray(option) ? Object.keys(option) : [];
  const [key = ''] = keys;
  if (keys.length !== 1) return `it is ${showValue(option)}; expected an object with one key, as in { otlp_http: {} }`;
  const { properties = {} } = definitionOf(root, { $ref: `#/$defs/${definition}` });
  const value = (option as Readonly<Record<string, unknown>>)[key];
  if (key === 'llm_otel_module' && typeof value === 'object' && value !== null) return moduleParts(value);
  if (Object.hasOwn(properties, key)) return { checked: option, complete: (exporter) => exporter };
  if (registeredExporter(key) !== undefined)
    return { checked: { console: {} }, complete: () => mapOf(key, opaqueNode(value ?? {})) };
  return `${showValue(key)} is not known; expected ${[...Object.keys(properties), ...registeredExporterNames()].join(', ')}`;
}

/** The schema says nothing about the options of a module. */
function moduleParts({ options, ...rest }: { readonly options?: unknown }): ExporterParts {
  return {
    checked: { llm_otel_module: rest },
    complete(exporter) {
      const module = exporter.kind === 'map' ? exporter.entries[0]?.node : undefined;
      if (module?.kind !== 'map' || options === undefined) return exporter;
      const entry = { key: 'options', place: PLACE, node: opaqueNode(options) };
      return mapOf('llm_otel_module', { ...module, entries: [...module.entries, entry] });
    },
  };
}
