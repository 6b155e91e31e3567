/** Translates ended spans into the attributes that a backend reads. Loaded only when a preset is on. */
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { PRESET_NAMES, type PresetName } from '../../config/backends/preset-names.ts';
import { nearestName } from '../../config/nearest-name.ts';
import { ownEntry } from '../../config/parsers.ts';
import { OPERATION_NAME } from '../../facts/semconv.ts';
import { swallow } from '../../runtime/guard.ts';
import { warnOnce } from '../../runtime/log.ts';
import { withAttributes } from '../batches/changed-resource.ts';
import { perResource } from '../batches/per-resource.ts';
import { datadog } from './datadog.ts';
import type { Found } from './found.ts';
import { GenAiSpan } from './gen-ai-span.ts';
import { langfuse } from './langfuse.ts';
import { langsmith } from './langsmith.ts';
import { mlflow } from './mlflow.ts';
import { openinference } from './openinference.ts';
import type { Preset } from './preset.ts';
import { semconv136 } from './semconv-1.36.ts';

const PRESETS: Readonly<Record<PresetName, Preset>> = {
  openinference,
  langfuse,
  mlflow,
  langsmith,
  datadog,
  'semconv-1.36': semconv136,
};

/** Which presets, and whether translated attributes stay. */
export interface PresetOptions {
  /** A name of {@link PRESET_NAMES}, or several with commas. */
  readonly name: string;
  readonly mode: 'copy' | 'replace';
}

/**
 * Makes the function that translates a span. The span that goes in never changes; a span without anything to translate comes
 * back as the same object. Never throws: an unknown name is left out with a warning.
 */
export function createPreset({ name, mode }: PresetOptions): (span: ReadableSpan) => ReadableSpan {
  const presets = presetsOf(name);
  const resourceOf = resourceChanger(presets);
  return (span) => {
    try {
      const attributes = translated(span, presets, mode === 'replace');
      const resource = resourceOf(span.resource);
      const changes: PropertyDescriptorMap = {};
      if (attributes !== undefined) changes.attributes = { value: attributes, enumerable: true };
      if (resource !== span.resource) changes.resource = { value: resource, enumerable: true };
      // All pipelines share a span, so another span has the changes, and takes every other field from the first.
      return Object.keys(changes).length === 0 ? span : (Object.create(span, changes) as ReadableSpan);
    } catch (error) {
      swallow(error);
      return span;
    }
  };
}

function presetsOf(names: string): Preset[] {
  const list = names.split(',').map((name) => name.trim());
  return list
    .filter((name) => name !== '')
    .flatMap((name) => {
      const preset = ownEntry<Preset>(PRESETS, name);
      if (preset !== undefined) return [preset];
      const nearest = nearestName(name, PRESET_NAMES);
      const advice = nearest === undefined ? `expected ${PRESET_NAMES.join(', ')}` : `did you mean ${nearest}?`;
      warnOnce(`the preset "${name.slice(0, 40)}" is not known and is left out, ${advice}`);
      return [];
    });
}

/** The attributes after translation; undefined if nothing changes. An attribute that the span has is left alone. */
function translated(span: ReadableSpan, presets: readonly Preset[], isReplaced: boolean): Attributes | undefined {
  const operation = span.attributes[OPERATION_NAME];
  if (typeof operation !== 'string' || operation === '') return undefined;
  const source = new GenAiSpan(operation, span.attributes, span.startTime);
  const result: Attributes = { ...span.attributes };
  const used = new Set<string>();
  let isChanged = false;
  const add = (name: string, found: Found<AttributeValue> | undefined): void => {
    if (found === undefined || span.attributes[name] !== undefined) return;
    isChanged = true;
    result[name] ??= found.value;
    for (const from of found.from) used.add(from);
  };
  for (const { attributes, numbered } of presets) {
    for (const [name, found] of Object.entries(attributes?.(source) ?? {})) add(name, found);
    for (const [name, found] of numbered?.(source) ?? []) add(name, found);
  }
  if (isReplaced) for (const name of used) delete result[name];
  return isChanged ? result : undefined;
}

/** Adds what the presets have for the resource. */
function resourceChanger(presets: readonly Preset[]): (resource: Resource) => Resource {
  const readers = presets.flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
  if (readers.length === 0) return (resource) => resource;
  return perResource((resource) => {
    const added: Attributes = {};
    for (const read of readers) Object.assign(added, read(resource.attributes));
    return Object.keys(added).length === 0 ? resource : withAttributes(resource, { ...resource.attributes, ...added });
  });
}
