/** Secrets that only their names give away: `"password": "..."`, `DB_PASSWORD=...`, `AccountKey=...`. */

/**
 * Names of secrets, with anything before: `db_password`, `clientSecret`, `AWS_SECRET_ACCESS_KEY`, `SharedAccessKey`. A part of
 * patterns, without look-around, so that a Collector can use the names too.
 */
export const SECRET_NAMES =
  '(?:password|passwd|passphrase|\\bpwd|secret|api[_-]?key|(?:access|account|secret|private|encryption|signing)[_-]?key|(?:access|refresh|auth|api|session|security|bearer)[_-]?token)';

const SECRET_NAME = new RegExp(`(?:${SECRET_NAMES}|^(?:proxy-)?authorization|^(?:set-)?cookie)$`, 'i');

/** The mark of the text of a field `name`; `undefined` if the name is not the name of a secret. */
export function secretFieldKind(name: string): 'api_key' | 'bearer_token' | undefined {
  if (name.length > 64 || !SECRET_NAME.test(name)) return undefined;
  return /authorization$/i.test(name) ? 'bearer_token' : 'api_key';
}

/** The end of a name, and the sign behind: a part of every match of {@link LABELLED_PATTERNS}, letters of both cases. */
export const LABEL =
  /(?:[sS][sS][wW](?:[oO][rR])?[dD]|[rR][aA][sS][eE]|[pP][wW][dD]|[eE][tT]|[eE][yY]|[eE][nN])[\\"' \s]{0,6}[=:]/;

/** In each pattern, the last group is the secret and ends the match. No attempt takes more than some 300 characters. */
export const LABELLED_PATTERNS: readonly RegExp[] = [
  // In quotes, which are escaped in JSON inside of JSON.
  new RegExp(
    `${SECRET_NAMES}\\\\?["']?\\s{0,3}(?:=>|[:=])\\s{0,3}\\\\?(["'])((?:(?!\\1)[^\\\\\\n\\uE000]|\\\\(?!\\1).){2,256})(?=\\\\?\\1)`,
    'gi',
  ),
  // As in files of settings and in connection strings. A variable or a template is no secret.
  new RegExp(`${SECRET_NAMES}=(?![$%{<]|process\\.|os\\.|env\\.)([^\\s"'\`&;,<>()[\\]{}\\\\\\uE000]{4,256})`, 'gi'),
  // As in headers and YAML: a value without a digit may be a word of a sentence.
  new RegExp(
    `${SECRET_NAMES}["']?(?: ?: ?| = )(?=[^\\s\\d]{0,64}\\d)([^\\s"'\`&;,<>()[\\]{}\\\\\\uE000]{8,256})`,
    'gi',
  ),
];
