/** Places that start programs: scripts, containers, process managers, variables. */
import type { Env } from '../../../config/env.ts';
import type { Manifest } from './manifest.ts';
import type { ProjectFiles } from './project-files.ts';

/** Kinds of places. */
export type StartKind =
  | 'script'
  | 'docker'
  | 'compose'
  | 'procfile'
  | 'pm2'
  | 'unit'
  | 'crontab'
  | 'shell'
  | 'variable';

/** A line that starts a program, or that has flags for programs. */
export interface StartLine {
  readonly kind: StartKind;
  /** `package.json`, a path, or the name of a variable. */
  readonly file: string;
  /** Name of the script. */
  readonly name?: string;
  readonly text: string;
  /** The place says in which folder the program runs. */
  readonly hasFolder: boolean;
}

type FileReader = (path: string, text: string) => StartLine[];

const line = (kind: StartKind, file: string, text: string, hasFolder = true): StartLine => ({
  kind,
  file,
  text,
  hasFolder,
});

/** Lines without comments; a `\` at the end joins a line with the next. */
const linesOf = (text: string): string[] =>
  text
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .filter((one) => one.trim() !== '' && !/^\s*#/.test(one));

/** A JSON array in a Dockerfile is a command line without a shell. */
const withoutArray = (text: string): string =>
  /\[.*\]/.test(text)
    ? text
        .replaceAll(/[[\]]/g, ' ')
        .replaceAll(/"\s*,\s*"/g, ' ')
        .replaceAll(/(^|\s)"|"(?=\s|$)/g, '$1')
    : text;

/** Readers of files, by the names of the files. */
const READERS: readonly (readonly [name: RegExp, read: FileReader])[] = [
  [
    /(?:^|\/)(?:[\w.-]+\.)?(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?$/,
    (path, text) =>
      linesOf(text)
        .filter((one) => /^\s*(?:ENV|CMD|ENTRYPOINT|RUN)\b/i.test(one))
        .map((one) => line('docker', path, withoutArray(one.trim()), /^\s*WORKDIR\s/im.test(text))),
  ],
  [
    /(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/,
    (path, text) =>
      linesOf(text)
        .filter((one) => /NODE_OPTIONS|\bcommand:|\bentrypoint:/.test(one))
        .map((one) => line('compose', path, one.trim())),
  ],
  [
    /(?:^|\/)Procfile(?:\.\w+)?$/,
    (path, text) => linesOf(text).map((one) => line('procfile', path, one.replace(/^\s*[\w-]+:\s*/, ''))),
  ],
  [/(?:^|\/)ecosystem\.config\.(?:[cm]?js|json)$/, (path, text) => [line('pm2', path, text)]],
  [
    /\.service$/,
    (path, text) =>
      linesOf(text)
        .filter((one) => /^\s*(?:ExecStart|Environment)\s*=/.test(one))
        .map((one) =>
          line(
            'unit',
            path,
            one.replace(/^\s*ExecStart\s*=\s*[-@:+!]*/, '').trim(),
            /^\s*WorkingDirectory\s*=/m.test(text),
          ),
        ),
  ],
  [
    /(?:^|\/)(?:crontab|[\w.-]+\.(?:cron|crontab)|cron\.d\/[\w.-]+)$/,
    (path, text) => linesOf(text).map((one) => line('crontab', path, one, /\bcd\s/.test(one))),
  ],
  [
    /\.sh$/,
    (path, text) =>
      linesOf(text)
        .filter((one) => /\bnode\b|NODE_OPTIONS/.test(one))
        .map((one) => line('shell', path, one.trim())),
  ],
];

/** Everything that starts programs of the project. */
export function startLines(files: ProjectFiles, { scripts }: Manifest, env: Env): StartLine[] {
  const ofScripts = Object.entries(scripts).map(([name, text]) => ({ ...line('script', 'package.json', text), name }));
  const ofFiles = READERS.flatMap(([name, read]) => files.matching(name).flatMap(({ path, text }) => read(path, text)));
  const ofNpm = linesOf(files.read('.npmrc') ?? '').flatMap((one) =>
    /^\s*node-options\s*=/.test(one) ? [line('variable', '.npmrc', one.replace(/^[^=]*=\s*/, ''))] : [],
  );
  const options = env.NODE_OPTIONS ?? '';
  return [...ofScripts, ...ofFiles, ...ofNpm, ...(options === '' ? [] : [line('variable', 'NODE_OPTIONS', options)])];
}
