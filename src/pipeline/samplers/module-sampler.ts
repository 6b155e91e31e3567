import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import type { ModuleSettings } from '../../config/sampling/sampler-settings.ts';
import { ignoreRejection } from '../../runtime/guard.ts';
import { firstLine, warnOnce } from '../../runtime/log.ts';
import { loadFactory } from '../exporters/load-factory.ts';
import { fileOfModule } from '../load-module.ts';
import { askSampler, decisionOf, type RuledDecision, type SamplerLike } from './sampler-like.ts';

const NOT_LOADED = decisionOf(true, 'module');

/**
 * A sampler of the user, made with the first span: the module may import an SDK, and must be loaded after `register` has installed
 * its hooks. Until the module is loaded, and if the module cannot be loaded, everything is sampled.
 */
export class ModuleSampler {
  readonly #settings: ModuleSettings;
  #sampler: SamplerLike | undefined;
  #isAsked = false;

  constructor(settings: ModuleSettings) {
    this.#settings = settings;
    try {
      fileOfModule(settings);
    } catch (error) {
      this.#fail(error);
    }
  }

  shouldSample(
    context: Context,
    id: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): RuledDecision {
    const sampler = this.sampler();
    if (sampler === undefined) return NOT_LOADED;
    const result = askSampler(sampler, [context, id, name, kind, attributes, links]);
    return result.rule === undefined ? { ...result, rule: 'module' } : result;
  }

  /** The sampler; undefined until the module is loaded. Spans that the module starts meanwhile find none. */
  sampler(): SamplerLike | undefined {
    if (!this.#isAsked) {
      this.#isAsked = true;
      this.#make();
    }
    return this.#sampler;
  }

  toString(): string {
    return `Module{${this.#settings.module}}`;
  }

  #make(): void {
    try {
      const factory = loadFactory(this.#settings);
      if (factory instanceof Promise)
        factory
          .then(
            (loaded) => this.#use(loaded(this.#settings.options, PLACE)),
            (error: unknown) => this.#fail(error),
          )
          .catch((error: unknown) => this.#fail(error));
      else this.#use(factory(this.#settings.options, PLACE));
    } catch (error) {
      this.#fail(error);
    }
  }

  #use(made: unknown): void {
    if (ignoreRejection(made))
      throw new TypeError('the default export returned a promise; expected an object with shouldSample() at once');
    if (typeof (made as SamplerLike | undefined)?.shouldSample !== 'function')
      throw new TypeError('the default export made no sampler: expected an object with shouldSample()');
    this.#sampler = made as SamplerLike;
  }

  #fail(error: unknown): void {
    this.#isAsked = true;
    warnOnce(
      `the sampler ${this.#settings.module} cannot be used (${firstLine(error)}); every trace is recorded in its place.`,
    );
  }
}

/** Exporters are told their place; a sampler has none. */
const PLACE = { signal: 'traces', name: 'sampler', resource: {} } as const;
