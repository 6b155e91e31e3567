/** Names of the detectors of secrets and personal data: part of the mark `[redacted:<name>]`. In the order of application. */
export const DETECTOR_NAMES = [
  'private_key',
  'jwt',
  'url_credentials',
  'api_key',
  'bearer_token',
  'url_secret',
  'email',
  'card',
  'iban',
  'ssn',
  'phone',
  'ip',
] as const;

/** A name of {@link DETECTOR_NAMES}. */
export type DetectorName = (typeof DETECTOR_NAMES)[number];
