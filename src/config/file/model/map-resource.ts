import type { ResourceSettings } from '../../sdk/resource-settings.ts';
import { mapAttributes, mapPairs } from './map-attributes.ts';
import { mapGlobs } from './map-metrics.ts';
import { optional, type Section } from './section.ts';

const DETECTION = 'detection/development';

/** Reads `resource`. Names of detectors stay names. */
export function mapResource(section: Section): ResourceSettings {
  const attributes = { ...mapPairs(section, 'attributes_list'), ...mapAttributes(section.list('attributes')) };
  const detection = section.child(DETECTION);
  const { 'service.name': name } = attributes;
  return {
    serviceName: typeof name === 'string' && name !== '' ? name : undefined,
    attributes,
    ...optional('schemaUrl', section.text('schema_url')),
    ...optional(
      'detection',
      section.isSet(DETECTION)
        ? {
            detectors: detection.list('detectors').map((detector) => detector.only()[0]),
            attributes: mapGlobs(detection.child('attributes')),
          }
        : undefined,
    ),
  };
}
