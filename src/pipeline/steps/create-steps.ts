/** The steps of a pipeline: items are changed on a copy, or dropped. Loaded only by pipelines with steps. */
import type { Context } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { type ConfigPlace, watchedPlace } from '../../config/config-place.ts';
import type { StepSources } from '../../config/sdk/pipeline-settings.ts';
import { errorName } from '../../runtime/error-name.ts';
import { firstLine, warn } from '../../runtime/log.ts';
import type { DropReason } from '../batches/account.ts';
import { load } from '../load.ts';
import { kindOfValue, mapOf, ownValue } from '../match/kind-of-value.ts';
import { refuseKey } from '../match/value-condition.ts';
import type { ProcessItems } from '../queue/item-queue.ts';
import { createAttributes } from './attributes-step.ts';
import { type Draft, fieldsOf } from './draft/draft.ts';
import { LogDraft } from './draft/log-draft.ts';
import { SpanDraft } from './draft/span-draft.ts';
import { createEnrich } from './enrich-step.ts';
import { createEvents } from './events-step.ts';
import { createFilter } from './filter-step.ts';
import { createModule } from './module-step.ts';
import { createPresetStep } from './preset-step.ts';
import type { CreateStep, Step } from './step.ts';
import { createTransform } from './transform-step.ts';

/** A step and the keys of its options. */
interface StepKind {
  readonly create: CreateStep;
  readonly keys: readonly string[];
}

/** One row a step. */
const STEPS: Readonly<Record<string, StepKind>> = {
  filter: { create: createFilter, keys: ['drop', 'keep', 'llm_only'] },
  events: { create: createEvents, keys: ['drop', 'keep'] },
  attributes: { create: createAttributes, keys: ['drop', 'keep', 'hash', 'mask', 'truncate', 'on'] },
  enrich: { create: createEnrich, keys: ['attributes', 'env', 'resource', 'baggage', 'module', 'overwrite'] },
  transform: { create: createTransform, keys: ['when', 'set', 'rename', 'copy', 'delete', 'name'] },
  preset: { create: createPresetStep, keys: ['name', 'mode'] },
  redact: {
    create: (...args) => load<typeof import('./redact/redact-step.ts')>('pipeline-redact').createRedact(...args),
    keys: ['detectors', 'patterns', 'allow', 'mode', 'keys'],
  },
  module: { create: createModule, keys: ['module', 'options'] },
};

/** Steps without options: everything has a default. */
const WITHOUT_OPTIONS: ReadonlySet<string> = new Set(['redact']);

/** A step with its name, for messages. */
type NamedStep = Step & { readonly name: string };

/** Makes one step; undefined, and refused at `where`, if the step cannot be used. Never throws. */
export function createStep(step: unknown, where: ConfigPlace, sources: StepSources): NamedStep | undefined {
  const map = mapOf(step) ?? {};
  const [name = ''] = Object.keys(map);
  const kind = ownValue(STEPS, name) as StepKind | undefined;
  if (kind === undefined || Object.keys(map).length !== 1) {
    const names = Object.keys(STEPS);
    if (Object.keys(map).length === 1) refuseKey(name, names, where);
    else where.refuse(`it is ${kindOfValue(step)}; expected a map with one key of ${names.join(', ')}`);
    return undefined;
  }
  let isRefused = false;
  const place = watchedPlace(where.at(name), () => {
    isRefused = true;
  });
  try {
    const options = mapOf(map[name] ?? (WITHOUT_OPTIONS.has(name) ? {} : undefined));
    if (options === undefined) place.refuse(`it is ${kindOfValue(map[name])}; expected a map of options`);
    const made = options && kind.create(checkedOptions(options, kind, place), place, sources);
    return made === undefined || isRefused ? undefined : Object.assign(made, { name });
  } catch (error) {
    place.refuse(`the step cannot be made (${firstLine(error)}); expected options that can be read`);
    return undefined;
  }
}

/** The options, each of which the step has, without those that are null. In code `llm_only` is `llmOnly`. */
function checkedOptions(
  options: Readonly<Record<string, unknown>>,
  { keys }: StepKind,
  where: ConfigPlace,
): Readonly<Record<string, unknown>> {
  const checked: Record<string, unknown> = {};
  for (const [written, value] of Object.entries(options)) {
    const key = written === 'llmOnly' ? 'llm_only' : written;
    if (!keys.includes(key)) refuseKey(key, keys, where.at(written));
    else if (value !== null && value !== undefined) checked[key] = value;
  }
  return checked;
}

/** The steps of one pipeline. */
export interface PipelineSteps<Item> {
  readonly process: ProcessItems<Item>;
  /** Sees items that start; undefined if no step asks. */
  readonly onStart: ((item: object, context: Context) => void) | undefined;
}

/**
 * Makes the steps of a pipeline. What cannot be used is refused at its place below `where`.
 * @returns undefined if a step was refused
 */
export function createSteps<Item extends ReadableSpan | ReadableLogRecord>(
  steps: readonly unknown[],
  where: ConfigPlace,
  { pipeline, signal, ...sources }: StepSources & { readonly pipeline: string; readonly signal: 'traces' | 'logs' },
): PipelineSteps<Item> | undefined {
  const made = steps.map((step, index) => createStep(step, where.at(index), sources));
  const usable = made.filter((step) => step !== undefined);
  if (usable.length < made.length) return undefined;
  const observers = usable.filter((step) => step.onStart !== undefined);
  const tell = failureTeller(pipeline);
  const draftOf = (signal === 'traces' ? spanDraft : logDraft) as (item: Item) => Draft;
  return {
    process: (items, drop) => processItems(items, drop, (item) => runSteps(item, draftOf, usable, tell)),
    onStart:
      observers.length === 0
        ? undefined
        : (item, context) => {
            for (const step of observers) step.onStart?.(item, context);
          },
  };
}

const spanDraft = (item: ReadableSpan): Draft => new SpanDraft(item);
const logDraft = (item: ReadableLogRecord): Draft => new LogDraft(item);

/** An item after the steps, or why the item is dropped. */
type Outcome<Item> = { readonly item: Item } | { readonly dropped: DropReason };

/** Runs `run` for each item and counts what is dropped. */
function processItems<Item>(
  items: readonly Item[],
  drop: (reason: DropReason, count: number) => void,
  run: (item: Item) => Outcome<Item>,
): readonly Item[] {
  const left: Item[] = [];
  const dropped = new Map<DropReason, number>();
  for (const item of items) {
    const result = run(item);
    if ('dropped' in result) dropped.set(result.dropped, (dropped.get(result.dropped) ?? 0) + 1);
    else left.push(result.item);
  }
  for (const [reason, count] of dropped) drop(reason, count);
  return left;
}

/** Runs all steps on an item. Never throws. */
function runSteps<Item>(
  item: Item,
  draftOf: (item: Item) => Draft,
  steps: readonly NamedStep[],
  tell: TellFailure,
): Outcome<Item> {
  let draft: Draft;
  try {
    draft = draftOf(item);
  } catch (error) {
    // An item of another shape, from code of a user: no step can read the item, and redaction may be one of the steps.
    const isDropped = steps.some(({ dropsFailed }) => dropsFailed);
    tell('steps', error, isDropped);
    return isDropped ? { dropped: 'step_error' } : { item };
  }
  for (const step of steps) {
    const before = fieldsOf(draft);
    try {
      if (!step.run(draft)) return { dropped: 'filtered' };
    } catch (error) {
      tell(step.name, error, step.dropsFailed === true);
      if (step.dropsFailed) return { dropped: 'step_error' };
      Object.assign(draft, before);
    }
  }
  return { item: draft.toItem() as Item };
}

/** Reports that a step has failed. */
type TellFailure = (step: string, error: unknown, isDropped: boolean) => void;

/** Reports each step of `pipeline` once. Without the message of an error of a step that hides texts: the message may quote the text. */
function failureTeller(pipeline: string): TellFailure {
  const told = new Set<string>();
  return (step, error, isDropped) => {
    if (told.has(step)) return;
    told.add(step);
    const what = isDropped ? 'items that the step cannot change are dropped' : 'such items go on without the step';
    const why = isDropped ? errorName(error) : firstLine(error);
    warn(`pipeline ${pipeline}: the step ${step} failed (${why}); ${what}.`);
  };
}
