/**
 * Built-in patterns that mask secrets and personal data before content is recorded.
 *
 * Every pattern takes linear time: either a look-behind for the characters of its body anchors the start (a long run of such
 * characters is entered once, not at every position), or the length of a match is bounded.
 */

interface Rule {
  /** Name in the mask `[redacted:<kind>]`. */
  readonly kind: string;
  /** The pattern runs only on a text with a hint: most texts have no hint, and `includes` costs much less than a pattern. */
  readonly hints: readonly string[];
  readonly pattern: RegExp;
  /** Confirms a match by checksum or digit count. */
  readonly accept?: (match: string) => boolean;
}

/** In order of application: an enclosing pattern comes first (a password in a URL before an e-mail address). */
const RULES = [
  {
    kind: 'private_key',
    hints: ['PRIVATE KEY'],
    // The look-ahead requires key material after the header, so prose about PEM files stays. END is optional: text may be cut.
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?=[\s\\nr"'+]{0,16}(?:[A-Za-z0-9+/=]{16}|[A-Z][A-Za-z-]{2,20}: ))[^-]*(?:-(?!----)[^-]*)*(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?/g,
  },
  {
    kind: 'jwt',
    hints: ['eyJ'],
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?/g,
  },
  {
    kind: 'api_key',
    hints: [
      ...['sk-', 'AIza', 'gsk_', 'xai-', 'pplx-', 'hf_', 'r8_', 'ya29.', 'ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
      ...['github_pat_', 'glpat-', 'AKIA', 'ASIA', 'xoxb-', 'xoxp-', 'xoxa-', 'xoxs-', '_live_', 'npm_'],
    ],
    // A key with sk- has a digit: `sk-learn-compatible-estimators` is no key.
    pattern:
      /(?<![A-Za-z0-9_-])(?:sk-(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{20,}|AIza[A-Za-z0-9_-]{35}|(?:gsk_|xai-|pplx-|hf_|r8_)[A-Za-z0-9]{20,}|ya29\.[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_-]{20,}|A(?:KIA|SIA)[A-Z0-9]{16}(?![A-Za-z0-9])|xox[abps]-[A-Za-z0-9-]{10,}|[spr]k_live_[A-Za-z0-9]{16,}|npm_[A-Za-z0-9]{36})/g,
  },
  {
    kind: 'bearer_token',
    hints: ['earer', 'EARER'],
    pattern: /(?<=\bbearer\s{1,4})(?=[A-Za-z._~+/-]*\d)[A-Za-z0-9._~+/-]{16,}={0,2}/gi,
  },
  {
    kind: 'url_secret',
    hints: ['='],
    pattern:
      /(?<=[?&](?:x-amz-(?:signature|credential|security-token)|x-goog-signature|sig|signature|(?:access_?|auth_?)?token|api_?-?key|key|password|secret)=)[^&\s"'#<>\\)\]}]{8,}/gi,
  },
  { kind: 'url_password', hints: ['://'], pattern: /(?<=:\/\/[^\s/:@]{1,64}:)[^\s/:@]{1,128}(?=@)/g },
  {
    kind: 'email',
    hints: ['@'],
    // Skips names of images such as `logo@2x.png`.
    pattern:
      /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}_][\p{L}\p{N}._%+-]{0,63}@(?!\dx\.)(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,8}\p{L}{2,24}/gu,
  },
  {
    kind: 'card_number',
    hints: [],
    pattern:
      /(?<![\w.-])(?:(?:2[2-7]|[3-6]\d)\d{11,17}|(?:2[2-7]|[3-6]\d)\d{2}([ -])\d{4}\1\d{4}\1\d{1,7}|3[47]\d{2}([ -])\d{6}\2\d{5})(?!\w|[.-]\d)/g,
    accept: hasLuhnDigit,
  },
  {
    kind: 'iban',
    hints: [],
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
    accept: isIban,
  },
  {
    kind: 'ssn',
    hints: ['-'],
    pattern: /(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g,
  },
  {
    kind: 'phone',
    hints: ['+'],
    // Only the international form, and not at the start of a line: there `+` marks an added line of a diff.
    pattern: /(?<![\w+\n])\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,14}(?:[ .-]\d{2,8}){0,5}(?![\w.]*\d|[:/%])/g,
    accept: (match) => {
      const digits = match.replace(/\D/g, '').length;
      return digits >= 9 && digits <= 15;
    },
  },
] as const satisfies readonly Rule[];

/** Kind of data that a built-in pattern masks. */
export type RedactionKind = (typeof RULES)[number]['kind'];

/** `text` with `[redacted:<kind>]` in place of every match of the built-in patterns. */
export function redactText(text: string): string {
  let redacted = text;
  for (const rule of RULES as readonly Rule[]) {
    if (rule.hints.length > 0 && !rule.hints.some((hint) => redacted.includes(hint))) continue;
    const mask = `[redacted:${rule.kind}]`;
    const { accept } = rule;
    redacted =
      accept === undefined
        ? redacted.replace(rule.pattern, mask)
        : redacted.replace(rule.pattern, (match) => (accept(match) ? mask : match));
  }
  return redacted;
}

/** Payment card numbers have a check digit (ISO/IEC 7812-1): most runs of digits fail the check. */
function hasLuhnDigit(match: string): boolean {
  const digits = match.replace(/\D/g, '');
  if (digits.length < 13 || digits.length > 19) return false;
  let sum = 0;
  for (let i = digits.length - 1, double = false; i >= 0; i--, double = !double) {
    const digit = digits.charCodeAt(i) - 48;
    sum += double ? (digit > 4 ? 2 * digit - 9 : 2 * digit) : digit;
  }
  return sum % 10 === 0;
}

/** ISO 13616: country code and check digits move to the end, letters become numbers from 10, the number modulo 97 is 1. */
function isIban(match: string): boolean {
  const compact = match.replaceAll(' ', '');
  if (compact.length < 15 || compact.length > 34) return false;
  let remainder = 0;
  for (const char of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
