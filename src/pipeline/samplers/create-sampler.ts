import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { SamplerSettings } from '../../config/sampling/sampler-settings.ts';
import type { RunningSampler } from '../decisions/running-sampler.ts';
import { load } from '../load.ts';
import type { ResourceLike } from './start-subject.ts';

type OwnSamplers = typeof import('./own-samplers.ts');

/** The part of the build with samplers that few processes use. */
const ownSamplers = (): OwnSamplers => load<OwnSamplers>('pipeline-samplers');

/** The sampler that `settings` describes. */
function createSampler(settings: SamplerSettings, resource: ResourceLike): Sampler {
  const create = (inner: SamplerSettings): Sampler => createSampler(inner, resource);
  switch (settings.kind) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'trace_id_ratio_based':
      return new TraceIdRatioBasedSampler(settings.ratio);
    case 'parent_based':
      return new ParentBasedSampler({
        root: create(settings.root),
        remoteParentSampled: create(settings.remoteParentSampled),
        remoteParentNotSampled: create(settings.remoteParentNotSampled),
        localParentSampled: create(settings.localParentSampled),
        localParentNotSampled: create(settings.localParentNotSampled),
      });
    default:
      return ownSamplers().createOwnSampler(settings, create, resource);
  }
}

/** What a provider needs to know of its sampler. */
export interface ProviderSampler extends RunningSampler {
  readonly sampler: Sampler;
  /** Lets samplers know the scope of each span; undefined if no rule can ask for the scope. */
  readonly tellScopes: OwnSamplers['tellScopes'] | undefined;
}

/** How decisions are told. */
export interface SamplerTelling {
  /** Counted for metrics, also for the samplers of the standard. */
  readonly isCounted: boolean;
  /** A line for each decision. */
  readonly isLogged: boolean;
}

/** Samplers whose decisions `status()` tells by rule. */
const OWN: ReadonlySet<unknown> = new Set(['rate_limiting', 'adaptive', 'rules', 'any', 'all', 'module', 'composite']);
const RULES: ReadonlySet<unknown> = new Set(['rules']);

/** The sampler of a provider. Samplers of the standard alone load nothing, unless somebody wants to know their decisions. */
export function createProviderSampler(
  settings: SamplerSettings,
  resource: ResourceLike,
  { isCounted, isLogged }: SamplerTelling,
): ProviderSampler {
  const sampler = createSampler(settings, resource);
  const description = sampler.toString();
  if (!isCounted && !isLogged && !hasKind(settings, OWN))
    return { sampler, description, counts: undefined, tellScopes: undefined };
  const isParentBased = settings.kind === 'parent_based';
  const rule = isParentBased ? settings.root.kind : settings.kind;
  const { countDecisions, tellScopes } = ownSamplers();
  return {
    ...countDecisions(sampler, { rule, isParentBased, isLogged }),
    description,
    tellScopes: hasKind(settings, RULES) ? tellScopes : undefined,
  };
}

/** Whether a sampler in `settings`, at any depth, is of one of `kinds`. */
function hasKind(settings: unknown, kinds: ReadonlySet<unknown>): boolean {
  if (typeof settings !== 'object' || settings === null) return false;
  if (Array.isArray(settings)) return settings.some((one) => hasKind(one, kinds));
  return (
    kinds.has((settings as { readonly kind?: unknown }).kind) ||
    Object.values(settings).some((inner) => hasKind(inner, kinds))
  );
}
