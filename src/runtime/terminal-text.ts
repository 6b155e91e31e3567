/** Escape codes of terminals: yellow, and the colour of before. */
const YELLOW = '\u001b[33m';
const DEFAULT = '\u001b[39m';

/** Ends of the parts of a message: ends of sentences, and the words that lead to a reason or to advice. */
const ENDS = /(?<=[.?;]) (?=[A-Z])|(?<=,) (?=(?:because|so|expected|did you mean) )/;
/** A sentence and the reason for it after a colon; no colon after a name alone. */
const REASON = /^(\S+ [^:]*(?::\/\/[^\s]*)?:) (.+)$/s;

/** A warning for a person at a terminal: yellow, with what happened, why, and what to do on lines of their own. */
export function forTerminal(line: string): string {
  const prefix = /^@x\/llm-otel: warning: /.exec(line)?.[0] ?? '';
  const [what = '', ...rest] = line
    .slice(prefix.length)
    .split(ENDS)
    .flatMap((part) => {
      const [, sentence, reason] = REASON.exec(part) ?? [];
      return sentence === undefined || reason === undefined ? [part] : [sentence, reason];
    });
  return `${YELLOW}${[prefix + what, ...rest.map((part) => `  ${part}`)].join('\n')}${DEFAULT}`;
}
