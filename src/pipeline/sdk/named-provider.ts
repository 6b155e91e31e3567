/** Tracer providers that an application adds beside the provider of the process. */
import type { TracerProvider } from '@opentelemetry/api';
import type { ResourceSettings } from '../../config/sdk/resource-settings.ts';
import type { TracesSettings } from '../../config/sdk/sdk-settings.ts';
import { prepareTargets } from './prepare-targets.ts';
import { createResource } from './resource/create-resource.ts';
import { startTraces } from './start-traces.ts';

/** A provider with pipelines of its own. */
export interface NamedProvider {
  readonly provider: TracerProvider;
  /** Ends the pipelines. True if everything arrived or was refused for good within `timeoutMs`. */
  shutdown(timeoutMs: number): Promise<boolean>;
}

/** `status()` and metrics tell the decisions of the provider of the process alone. */
const NOT_TOLD = { isCounted: false, isLogged: false } as const;

/** Starts a provider; registers nothing. */
export function startNamedProvider(settings: TracesSettings & { readonly resource: ResourceSettings }): NamedProvider {
  prepareTargets(settings.pipelines);
  const { provider, pipelines } = startTraces(settings, createResource(settings.resource), NOT_TOLD);
  return {
    provider,
    async shutdown(timeoutMs) {
      const sent = await Promise.all(pipelines.map((pipeline) => pipeline.shutdown(timeoutMs)));
      return sent.every(Boolean);
    },
  };
}
