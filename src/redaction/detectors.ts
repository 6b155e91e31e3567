/**
 * The detectors of secrets and personal data, for captured content and for the export pipeline.
 *
 * Every pattern takes linear time: either a look-behind for the characters of its body anchors the start (a long run of such
 * characters is entered once, not at every position), or the length of an attempt is bounded.
 */
import { DETECTOR_NAMES, type DetectorName } from '../facts/detector-names.ts';
import { API_KEY_PATTERNS } from './api-keys.ts';
import { hasLuhnDigit, hasPhoneLength, isIban, isIpv6 } from './checks.ts';
import { LABEL, LABELLED_PATTERNS } from './labelled-secrets.ts';

/** One pattern of a detector. The secret is the last group of the pattern, which ends the match; without groups, the match. */
export interface Rule {
  readonly pattern: RegExp;
  /** The pattern runs only on a text with a hint: most texts have no hint, and `includes` costs much less than a pattern. */
  readonly hints?: readonly string[];
  /** A part of every match, narrower than the hints: see may-hold-secrets.ts. */
  readonly probe?: RegExp;
  /** Confirms a match by checksum or digit count. */
  readonly accept?: (match: string) => boolean;
  /** A match at the start of a line counts only outside of a diff, where `+` marks an added line. */
  readonly notInDiff?: true;
}

/** Every number of a card has so many digits, with or without separators. */
const DIGITS_13 = /\d(?:[ .-]?\d){12}/;

/** In the order of {@link DETECTOR_NAMES}: an enclosing pattern comes first (a password in a URL before an e-mail address). */
const DETECTORS = {
  private_key: [
    {
      hints: ['PRIVATE KEY'],
      // The look-ahead requires key material after the header, so prose about PEM files stays. END is optional: text may be cut.
      pattern:
        /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?=[\s\\nr"'+]{0,16}(?:[A-Za-z0-9+/=]{16}|[A-Z][A-Za-z-]{2,20}: ))[^-]*(?:-(?!----)[^-]*)*(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?/g,
    },
  ],
  jwt: [
    {
      hints: ['eyJ'],
      pattern: /(?<![A-Za-z0-9-])eyJ[A-Za-z0-9_-]{8,512}\.eyJ[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?/g,
    },
  ],
  // URLs come before keys, so that a URL keeps the name of its parameter.
  url_credentials: [
    // Without a user too: `redis://:password@host`.
    { hints: ['://'], probe: /:\/\//, pattern: /(?<=:\/\/[^\s/:@]{0,64}:)[^\s/@\uE000]{1,128}(?=@)/g },
  ],
  api_key: [...API_KEY_PATTERNS],
  bearer_token: [
    {
      hints: ['earer', 'EARER'],
      pattern: /(?<=\bbearer\s{1,4})(?=[A-Za-z._~+/-]{0,64}\d)[A-Za-z0-9._~+/-]{16,}={0,2}/gi,
    },
    {
      hints: ['uthorization', 'UTHORIZATION'],
      pattern:
        /\bauthorization\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?(?:basic|bearer|token|bot|apikey|digest)\s{1,4}([A-Za-z0-9._~+/-]{6,}={0,2})/gi,
    },
    // `user:password` in base64 has a length that is a multiple of four.
    { hints: ['asic ', 'ASIC '], pattern: /(?<=\bbasic )(?:[A-Za-z0-9+/]{4}){3,128}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)/gi }, // biome-ignore format: a row
  ],
  url_secret: [
    {
      hints: ['='],
      probe: /[?&]/,
      pattern:
        /[?&](?:x-amz-(?:signature|credential|security-token)|x-goog-signature|sig|signature|(?:access_?|auth_?|refresh_?|id_?)?token|(?:api|access|subscription)_?-?key|key|password|passwd|pwd|(?:client_?)?secret)=([^&\s"'#<>\\)\]}\uE000]{8,})/gi,
    },
    {
      hints: ['='],
      probe: /[?&]/,
      pattern: /[?&](?:password|passwd|pwd|client_?secret)=([^&\s"'#<>\\)\]}\uE000]{2,64})/gi,
    },
  ],
  email: [
    {
      hints: ['@'],
      // Skips names of images such as `logo@2x.png`.
      pattern:
        /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}_][\p{L}\p{N}._%+-]{0,63}@(?!\dx\.)(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,8}\p{L}{2,24}/gu,
    },
  ],
  card: [
    {
      probe: DIGITS_13,
      pattern:
        /(?<![\w.-])(?:(?:2[2-7]|[3-6]\d)\d{11,17}|(?:2[2-7]|[3-6]\d)\d{2}([ .-])\d{4}\1\d{4}\1\d{1,7}|3[47]\d{2}([ .-])\d{6}\2\d{5})(?!\w|[.-]\d)/g,
      accept: hasLuhnDigit,
    },
    // Beside `_`, as in a name of a file.
    { hints: ['_'], probe: DIGITS_13, pattern: /(?<=[A-Za-z]_|^_)(?:2[2-7]|[3-6]\d)\d{2}([ .-])\d{4}\1\d{4}\1\d{4}(?!\d|[.-]\d)/g, accept: hasLuhnDigit }, // biome-ignore format: a row
  ],
  iban: [
    {
      probe: /[A-Z]{2}\d{2}/,
      pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
      accept: isIban,
    },
  ],
  ssn: [
    {
      hints: ['-'],
      probe: /\d{3}-\d{2}-\d{4}/,
      pattern: /(?<![A-Za-z0-9-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g,
    },
    {
      hints: ['.'],
      probe: /\d{3}\.\d{2}\.\d{4}/,
      pattern: /(?<![\w.-])(?!000|666|9)\d{3}\.(?!00)\d{2}\.(?!0000)\d{4}(?![\w-]|\.\d)/g,
    },
  ],
  phone: [
    {
      hints: ['+'],
      probe: /\+[1-9]/,
      // Only the international form.
      pattern: /(?<![\w+])\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,14}(?:[ .-]\d{2,8}){0,5}(?![\w.]*\d|[:/%])/g,
      accept: hasPhoneLength,
      notInDiff: true,
    },
  ],
  ip: [
    // First, because the last two groups may be an IPv4 address.
    {
      hints: [':'],
      probe: /:[0-9a-fA-F]{0,4}:/,
      pattern:
        /(?<![\w:.])(?=[0-9a-f]{0,4}:[0-9a-f]{0,4}:)[0-9a-f:]{2,45}(?:(?<=:\d{1,3})(?:\.\d{1,3}){3})?(?:%\w{1,16})?(?![\w:])/gi,
      accept: isIpv6,
    },
    {
      hints: ['.'],
      probe: /\d\.\d{1,3}\.\d/,
      pattern:
        /(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?![A-Za-z0-9_]|\.\d)/g,
    },
  ],
} as const satisfies Readonly<Record<DetectorName, readonly Rule[]>>;

/** The rules of each detector. A secret that only its name gives away comes last, when the better known ones have a mark. */
export const RULES: readonly (readonly [DetectorName, Rule])[] = [
  ...DETECTOR_NAMES.flatMap((name) => DETECTORS[name].map((rule: Rule) => [name, rule] as const)),
  ...LABELLED_PATTERNS.map((pattern) => ['api_key', { hints: [':', '='], probe: LABEL, pattern }] as const),
];
