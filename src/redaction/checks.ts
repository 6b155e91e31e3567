/** Confirms matches of detectors: check digits, and the shape of addresses. */

/** Payment card numbers have a check digit (ISO/IEC 7812-1): most runs of digits fail the check. */
export function hasLuhnDigit(match: string): boolean {
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
export function isIban(match: string): boolean {
  const compact = match.replace(/[ -]/g, '');
  if (compact.length < 15 || compact.length > 34) return false;
  let remainder = 0;
  for (const char of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** E.164: at most 15 digits; the shortest international numbers have 9. */
export function hasPhoneLength(match: string): boolean {
  const digits = match.replace(/\D/g, '').length;
  return digits >= 9 && digits <= 15;
}

/** RFC 4291: eight groups, or fewer with one `::`; the last two may be an IPv4 address. `::` alone is a word of many languages. */
export function isIpv6(match: string): boolean {
  const [address = ''] = match.split('%');
  const halves = address.split('::');
  if (halves.length > 2 || address === '::') return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const count = groups.length + (last.includes('.') ? 1 : 0);
  const fits = (group: string, i: number): boolean =>
    /^[0-9a-f]{1,4}$/i.test(group) || (i === groups.length - 1 && /^\d{1,3}(?:\.\d{1,3}){3}$/.test(group));
  return groups.every(fits) && (halves.length === 2 ? count < 8 : count === 8);
}
