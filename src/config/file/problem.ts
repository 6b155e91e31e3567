/** A fault of a configuration file and the place of the fault. Lines and columns count from 1. */
export interface ConfigProblem {
  /** Path as the user wrote the path. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** JSON pointer of the value; empty for the whole file. */
  readonly pointer: string;
  /** `<problem>; expected <what>`. Never contains the value of a header. */
  readonly message: string;
}

/** Most problems that are reported of one file. */
export const MOST_PROBLEMS = 10;

/** A problem in one line: `<file>:<line>:<column> <pointer>: <message>`. The whole file is shown as `/`. */
export const problemLine = ({ file, line, column, pointer, message }: ConfigProblem): string =>
  `${file}:${line}:${column} ${pointer || '/'}: ${message}`;

/** One step of a JSON pointer, escaped by RFC 6901. */
export const pointerStep = (key: string | number): string =>
  `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
