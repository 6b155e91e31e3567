/** Exporters of the application: a module, or a factory of `registerExporter()`. */
import type { Resource } from '@opentelemetry/resources';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ExporterSettings } from '../../config/sdk/exporter-settings.ts';
import {
  type ExporterFactory,
  type ExporterPlace,
  registeredExporter,
} from '../../config/start/registered-exporters.ts';
import { ignoreRejection } from '../../runtime/guard.ts';
import type { Destination } from '../batches/destination.ts';
import { fileOfModule } from '../load-module.ts';
import { loadFactory } from './load-factory.ts';
import { type ObjectExporter, objectDestination } from './object-destination.ts';

/** Settings of an exporter of the application. */
export type CustomSettings = Extract<ExporterSettings, { readonly kind: 'module' | 'registered' }>;

/** Where the exporter is used, and the longest time of an export in milliseconds. */
export interface CustomPlace {
  readonly signal: ExporterPlace['signal'];
  readonly name: string;
  readonly timeoutMs: number;
}

type FoundFactory = () => ExporterFactory | Promise<ExporterFactory>;

/** Throws if the module, or the name of the factory, does not exist. */
function factoryOf(settings: CustomSettings): FoundFactory {
  if (settings.kind === 'module') {
    fileOfModule(settings);
    return () => loadFactory(settings);
  }
  const factory = registeredExporter(settings.name);
  if (factory === undefined) throw new Error(`no exporter has the name ${settings.name}`);
  return () => factory;
}

/**
 * Makes the exporter with the first batch: a module of the user may import an SDK, and must be loaded after `register` has
 * installed its hooks. An exporter that cannot be made fails each batch with the same error.
 */
class LateExporter {
  readonly #settings: CustomSettings;
  readonly #place: CustomPlace;
  readonly #factory: FoundFactory;
  #made: object | Promise<object> | undefined;
  #error: unknown;

  constructor(settings: CustomSettings, place: CustomPlace) {
    this.#settings = settings;
    this.#place = place;
    this.#factory = factoryOf(settings);
  }

  /** The exporter, if there is one by now. */
  get made(): object | undefined {
    return this.#made instanceof Promise ? undefined : this.#made;
  }

  /** Makes the exporter. Throws, or rejects, each time if the exporter cannot be made. */
  make(resource: Resource | undefined): object | Promise<object> {
    if (this.#error !== undefined) throw this.#error;
    if (this.#made !== undefined) return this.#made;
    try {
      const factory = this.#factory();
      this.#made =
        factory instanceof Promise
          ? factory.then((loaded) => this.#call(loaded, resource))
          : this.#call(factory, resource);
    } catch (error) {
      this.#error = error ?? new Error('the module threw nothing');
      throw this.#error;
    }
    if (this.#made instanceof Promise) void this.#made.then((made) => (this.#made = made)).catch(() => {});
    return this.#made;
  }

  #call(factory: ExporterFactory, resource: Resource | undefined): object {
    const { signal, name } = this.#place;
    const attributes = (resource?.attributes ?? {}) as ExporterPlace['resource'];
    const made = factory(this.#settings.options, { signal, name, resource: attributes });
    if (ignoreRejection(made))
      throw new TypeError('the factory returned a promise; expected an object with export() at once');
    if (typeof (made as { export?: unknown } | undefined)?.export !== 'function')
      throw new TypeError('the factory made no exporter: expected an object with export()');
    return made;
  }
}

/** The destination of an exporter of the application. Throws if the module does not exist. */
export function customDestination<Item extends object>(
  settings: CustomSettings,
  place: CustomPlace,
): Destination<Item> {
  return destinationOf<Item>(new LateExporter(settings, place), settings, place, (items) => items);
}

/** The same for metrics: a reading is exported alone. `preferences` asks the exporter how it wants metrics. */
export function customMetricsDestination(
  settings: CustomSettings,
  place: CustomPlace,
  resource: Resource,
): Destination<ResourceMetrics> & { readonly preferences: () => Partial<PushMetricExporter> } {
  const late = new LateExporter(settings, place);
  return {
    ...destinationOf<ResourceMetrics>(late, settings, place, ([metrics]) => metrics),
    preferences: () => {
      try {
        const made = late.make(resource);
        return made instanceof Promise ? {} : made;
      } catch {
        return {}; // the first export reports the error
      }
    },
  };
}

function destinationOf<Item extends object>(
  late: LateExporter,
  settings: CustomSettings,
  place: CustomPlace,
  argument: (items: Item[]) => unknown,
): Destination<Item> {
  const exporter: ObjectExporter<Item> = {
    export(items, done) {
      const run = (made: object): unknown =>
        (made as ObjectExporter<unknown>).export(argument(items) as unknown[], done);
      const made = late.make((items[0] as { readonly resource?: Resource } | undefined)?.resource);
      return made instanceof Promise ? made.then(run) : run(made);
    },
    forceFlush: async () => (late.made as ObjectExporter<Item> | undefined)?.forceFlush?.(),
    shutdown: async () => (late.made as ObjectExporter<Item> | undefined)?.shutdown?.(),
  };
  return objectDestination(settings.kind === 'module' ? 'llm_otel_module' : settings.name, exporter, place.timeoutMs);
}
