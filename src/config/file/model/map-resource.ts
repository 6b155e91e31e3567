import { type Env, envPairs, envText } from '../../env.ts';
import { DEFAULT_DETECTORS, DETECTORS, type DetectorName, type ResourceSettings } from '../../sdk/resource-settings.ts';
import { mapAttributes, mapPairs } from './map-attributes.ts';
import { mapGlobs } from './map-globs.ts';
import { optional, type Section } from './section.ts';

const DETECTION = 'detection/development';

/** Detectors of the standard that are more than one detector of this package. */
const SEVERAL: Readonly<Record<string, readonly DetectorName[]>> = {
  host: ['host', 'os'],
  service: ['service', 'serviceinstance'],
  all: DETECTORS,
  none: [],
};

/** Reads `resource`. Without a list of detectors the default detectors run. */
export function mapResource(section: Section): ResourceSettings {
  const detection = section.child(DETECTION);
  const isSet = detection.isSet('detectors');
  const detectors = isSet ? mapDetectors(detection.list('detectors')) : DEFAULT_DETECTORS;
  const fromEnv = isSet && detectors.includes('env') ? attributesOf(section.context.env) : {};
  const attributes = {
    ...fromEnv,
    ...mapPairs(section, 'attributes_list'),
    ...mapAttributes(section.list('attributes')),
  };
  const { 'service.name': name } = attributes;
  return {
    serviceName: typeof name === 'string' && name !== '' ? name : undefined,
    attributes,
    detectors,
    ...optional('schemaUrl', section.text('schema_url')),
    ...optional('detected', detection.isSet('attributes') ? mapGlobs(detection.child('attributes')) : undefined),
  };
}

function mapDetectors(sections: readonly Section[]): readonly DetectorName[] {
  const names = sections.map((detector) => detector.only()[0]);
  return [...new Set(names.flatMap((name) => SEVERAL[name] ?? [name as DetectorName]))];
}

function attributesOf(env: Env): Record<string, string> {
  const name = envText(env, 'OTEL_SERVICE_NAME');
  return { ...envPairs(env, 'OTEL_RESOURCE_ATTRIBUTES'), ...(name === undefined ? {} : { 'service.name': name }) };
}
