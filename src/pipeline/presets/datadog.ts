import { CONVERSATION_ID } from '../../facts/semconv.ts';
import type { Preset } from './preset.ts';

/** Datadog reads the conventions from 1.37 on; the application and the session have names of their own. */
export const datadog: Preset = {
  attributes: (span) => ({ 'session.id': span.text(CONVERSATION_ID) }),
  resource: (resource) => {
    const name = resource['service.name'];
    return resource.ml_app !== undefined || typeof name !== 'string' ? {} : { ml_app: name };
  },
};
