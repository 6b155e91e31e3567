/** Globs as patterns of RE2, which OTTL and the redaction processor take. */

const SPECIAL = /[.+^${}()|[\]\\*?]/g;

/** `text` as a pattern that matches the text alone. */
export const escapedPattern = (text: string): string => text.replaceAll(SPECIAL, '\\$&');

/** True if a glob is a plain text. */
export const isLiteral = (glob: string): boolean => !/[*?]/.test(glob);

/** The pattern of a glob without anchors; `any` stands for one character of a `*`. */
export function globBody(glob: string, any = '.'): string {
  const parts = glob.split(/(\*+|\?)/);
  return parts.map((part, index) => (index % 2 === 0 ? escapedPattern(part) : part === '?' ? any : `${any}*`)).join('');
}

/** The pattern of a list of globs: a text matches if a glob matches the whole text. */
export function globPattern(globs: readonly string[]): string {
  const [only = ''] = globs;
  if (globs.length > 1) return withLineBreaks(`^(?:${globs.map((glob) => globBody(glob)).join('|')})$`);
  const isOpenStart = only.startsWith('*');
  const isOpenEnd = only.endsWith('*');
  const body = globBody(only.replace(/^\*+/, '').replace(/\*+$/, ''));
  if (body === '') return isOpenStart ? '' : '^$';
  return withLineBreaks(`${isOpenStart ? '' : '^'}${body}${isOpenEnd ? '' : '$'}`);
}

/** A `.` takes line breaks too. */
const withLineBreaks = (pattern: string): string => (/(?<!\\)\./.test(pattern) ? `(?s)${pattern}` : pattern);

/** A glob or a list of globs. */
export function globsOf(option: unknown): readonly string[] {
  if (typeof option === 'string') return [option];
  return Array.isArray(option) ? option.filter((one) => typeof one === 'string') : [];
}
