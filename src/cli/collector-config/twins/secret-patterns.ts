/**
 * Patterns of RE2 for the detectors. RE2 has no look-around and no checksums, so these patterns find somewhat more than the
 * detectors of the process, and take the label before a secret along.
 */
import type { DetectorName } from '../../../facts/detector-names.ts';
import { API_KEY_PATTERNS } from '../../../redaction/api-keys.ts';
import { SECRET_NAMES } from '../../../redaction/labelled-secrets.ts';

/** A group of `(?<!...)`, `(?=...)` or `(?!...)`, or a class of characters, in which a parenthesis is none. */
const PARTS = /\[(?:\\.|[^\]\\])*\]|\\.|\(\?<=|\(\?<?[!=]|\(|\)/g;

/** A pattern in which a look-behind for a text takes the text along, and other look-around is gone. */
export function withoutLookAround(source: string): string {
  let text = '';
  let from = 0;
  const open: boolean[] = [];
  const isGone = (): boolean => open.includes(true);
  for (const { 0: part, index } of source.matchAll(PARTS)) {
    if (!isGone()) text += source.slice(from, index);
    from = index + part.length;
    const wasGone = isGone();
    if (part === ')') {
      open.pop();
      if (!wasGone) text += part;
    } else if (part.startsWith('(')) {
      const isLookBehind = part === '(?<=';
      open.push(part !== '(' && !isLookBehind);
      if (!isGone()) text += isLookBehind ? '(?:' : part;
    } else if (!wasGone) text += part;
  }
  return text + source.slice(from);
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';

/** One row a detector. */
export const SECRET_PATTERNS = {
  private_key: [
    '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^-]*(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?',
  ],
  jwt: ['eyJ[A-Za-z0-9_-]{8,512}\\.eyJ[A-Za-z0-9_-]*(?:\\.[A-Za-z0-9_-]*)?'],
  url_credentials: ['://[^\\s/:@]{0,64}:[^\\s/@]{1,128}@'],
  api_key: [
    ...API_KEY_PATTERNS.map(({ pattern }) => withoutLookAround(pattern.source)),
    `(?i)${SECRET_NAMES}\\\\?["']?\\s{0,3}(?:=>|[:=])\\s{0,3}\\\\?["'][^"'\\\\\\n]{2,256}`,
    `(?i)${SECRET_NAMES}=[^\\s"'\`&;,<>()\\[\\]{}\\\\]{4,256}`,
  ],
  bearer_token: [
    '(?i)\\bbearer\\s{1,4}[A-Za-z0-9._~+/-]{16,}={0,2}',
    '(?i)\\bauthorization\\\\?["\']?\\s{0,3}[:=]\\s{0,3}\\\\?["\']?(?:basic|bearer|token|bot|apikey|digest)\\s{1,4}[A-Za-z0-9._~+/-]{6,}={0,2}',
    '(?i)\\bbasic (?:[A-Za-z0-9+/]{4}){3,128}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)',
  ],
  url_secret: [
    '(?i)[?&](?:x-amz-(?:signature|credential|security-token)|x-goog-signature|sig|signature|(?:access_?|auth_?|refresh_?|id_?)?token|(?:api|access|subscription)_?-?key|key|password|passwd|pwd|(?:client_?)?secret)=[^&\\s"\'#<>\\\\)\\]}]{2,}',
  ],
  email: ['[\\p{L}\\p{N}_][\\p{L}\\p{N}._%+-]{0,63}@(?:[\\p{L}\\p{N}][\\p{L}\\p{N}-]{0,62}\\.){1,8}\\p{L}{2,24}'],
  card: [
    '\\b(?:2[2-7]|[3-6]\\d)\\d{2}[ .-]?\\d{4}[ .-]?\\d{4}[ .-]?\\d{1,7}\\b',
    '\\b3[47]\\d{2}[ .-]?\\d{6}[ .-]?\\d{5}\\b',
  ],
  iban: ['\\b[A-Z]{2}\\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\\b'],
  ssn: ['\\b\\d{3}-\\d{2}-\\d{4}\\b', '\\b\\d{3}\\.\\d{2}\\.\\d{4}\\b'],
  phone: ['\\+[1-9](?:[ ().-]{0,2}\\d){7,14}'],
  ip: [
    `\\b(?:${OCTET}\\.){3}${OCTET}\\b`,
    '(?i)\\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\\b',
    '(?i)(?:\\b[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{1,4}\\b',
  ],
} as const satisfies Readonly<Record<DetectorName, readonly string[]>>;

/** Keys whose values are secrets as a whole, by the detector that finds them. */
export const SECRET_KEYS = {
  api_key: [`(?i)${SECRET_NAMES}$`, '(?i)(?:^|\\.)(?:set-)?cookie$'],
  bearer_token: ['(?i)(?:^|\\.)(?:proxy-)?authorization$'],
} as const satisfies Partial<Record<DetectorName, readonly string[]>>;
