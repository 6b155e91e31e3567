import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sdks } from '../../../providers/sdks.ts';
import { hasRequire } from '../../launch/preload-flag.ts';
import { type Check, type CheckResult, fail, ok, warn } from '../finding.ts';
import { type NodeCommand, nodeCommand } from '../project/node-command.ts';
import type { Project } from '../project/read-project.ts';
import type { StartLine } from '../project/start-lines.ts';
import { fixedScript, placeOf, withFlag } from './start-fixes.ts';

const REGISTER = /@x[\\/]llm-otel[\\/](?:register|start|dist[\\/](?:register|start)\.[cm]js)/;
const RUNS = /\bllm-otel(?:@\S+)?\s+(?:run|view)\b/;
const CLASSES =
  /\bgetLlmInstrumentations\b|\b\w+Instrumentation\b[^;]*from\s+['"]@x\/llm-otel['"]|\bpatch\(|\binstrument\(/;
const OURS = /^@x\/llm-otel$/;
const OUR_FLAG = /^@x\/llm-otel(?:\/|$)|[\\/]llm-otel[\\/]dist[\\/]register/;

interface ParsedStart extends StartLine {
  readonly command: NodeCommand;
}

const parsedStarts = ({ starts }: Project): ParsedStart[] =>
  starts.map((start) => ({ ...start, command: nodeCommand(start.text) }));

const loads = ({ text }: StartLine): boolean => REGISTER.test(text) || RUNS.test(text);

/** Whether anything loads this package. */
export const checkStart: Check = ({ project }) => {
  const start = project.starts.find(loads);
  if (start !== undefined) return [ok(`loaded by ${placeOf(start)}`)];
  const source = project.files
    .sources()
    .find(({ text }) => REGISTER.test(text) || (text.includes('@x/llm-otel') && CLASSES.test(text)));
  if (source !== undefined) return [ok(`loaded by ${source.path}`)];
  // A bare flag has a finding of its own.
  if (parsedStarts(project).some(isBare)) return [];
  return [
    fail(
      'nothing loads @x/llm-otel/register, so nothing is recorded',
      fixedScript(project, '--import @x/llm-otel/register'),
    ),
  ];
};

const isBare = ({ command: { preloads } }: ParsedStart): boolean => preloads.some(({ module }) => OURS.test(module));

/** A flag with the main entry, which records nothing. */
export const checkBareFlag: Check = ({ project }) =>
  parsedStarts(project)
    .filter(isBare)
    .map((start) =>
      fail(
        `${placeOf(start)} loads @x/llm-otel, which records nothing without /register`,
        withFlag(start, start.text.replaceAll(/@x\/llm-otel(?![\w/-])/g, '@x/llm-otel/register')),
        { file: start.file },
      ),
    );

/** A flag behind the script is an argument of the script. */
export const checkOrder: Check = ({ project }) =>
  parsedStarts(project).flatMap((start): CheckResult[] => {
    const late = start.command.late.find(({ module }) => OUR_FLAG.test(module));
    const { script } = start.command;
    if (late === undefined || script === undefined) return [];
    const flag = new RegExp(`\\s+${late.flag}[=\\s]["']?[^\\s"']*llm-otel[^\\s"']*["']?`);
    const moved = start.text.replace(flag, '').replace(script, `${late.flag} ${late.module} ${script}`);
    return [
      fail(
        `${placeOf(start)} has ${late.flag} behind ${script}, which gets the flag as an argument`,
        withFlag(start, moved),
        {
          file: start.file,
        },
      ),
    ];
  });

const SDK_NAMES = Object.values(sdks)
  .map(({ module }) => module.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  .join('|');
const STATIC_REGISTER = /^\s*import\s+(?:[^;'"]*?\sfrom\s+)?['"]@x\/llm-otel\/register['"]/m;
const STATIC_SDK = new RegExp(`^\\s*import\\s+(?!type\\s)[^;'"]*?\\sfrom\\s+['"](?:${SDK_NAMES})(?:/[^'"]*)?['"]`, 'm');

/** Static imports of an ES module run before any code: the SDK may be loaded first. */
export const checkLateImport: Check = ({ project }) => {
  if (project.starts.some(loads)) return [];
  return project.files
    .sources()
    .filter(({ path, text }) => isModule(path, project) && STATIC_REGISTER.test(text) && STATIC_SDK.test(text))
    .map(({ path }) =>
      fail(
        `${path} imports @x/llm-otel/register beside an SDK: Node may load the SDK first`,
        `remove the import, and start with node --import @x/llm-otel/register ${path}`,
        { file: path },
      ),
    );
};

/** TypeScript without `"type": "module"` becomes CommonJS, which keeps the order. */
const isModule = (path: string, { manifest }: Project): boolean =>
  /\.m[jt]s$/.test(path) || (!/\.c[jt]s$/.test(path) && (manifest.isModule || !/\.tsx?$/.test(path)));

const TRANSPILERS = /^(?:ts-node\/register|@swc-node\/register|@babel\/register)/;

/** `--import` beside a transpiler of `require`. */
export const checkTranspiler: Check = ({ project }) => {
  const parsed = parsedStarts(project);
  const isOurImport = ({ flag, module }: { flag: string; module: string }): boolean =>
    flag === '--import' && OUR_FLAG.test(module);
  const everywhere = parsed.some(
    ({ kind, text, command }) =>
      (kind === 'variable' || /\bNODE_OPTIONS\b/.test(text)) && command.preloads.some(isOurImport),
  );
  return parsed
    .filter(({ command: { preloads } }) =>
      preloads.some(({ flag, module }) => hasRequire([flag]) && TRANSPILERS.test(module)),
    )
    .filter(({ command: { preloads } }) => everywhere || preloads.some(isOurImport))
    .map((start) => {
      const fixed = start.text.replace(/--import([=\s]["']?)@x\/llm-otel\/register/, '--require$1@x/llm-otel/register');
      return fail(
        `${placeOf(start)} has --import beside a transpiler of require: Node does not start the program`,
        fixed === start.text
          ? 'put --require @x/llm-otel/register into NODE_OPTIONS in place of --import'
          : withFlag(start, fixed),
        { file: start.file },
      );
    });
};

/** A bare name is looked for from the working directory. */
export const checkFolder: Check = ({ project }) =>
  parsedStarts(project)
    .filter(({ kind, hasFolder }) => ['unit', 'crontab', 'docker'].includes(kind) && !hasFolder)
    .filter(({ command: { preloads } }) => preloads.some(({ module }) => module === '@x/llm-otel/register'))
    .map((start) => {
      const folder = start.kind === 'docker' ? copiedTo(project, start) : project.dir;
      const file = join(folder, 'node_modules/@x/llm-otel/dist/register.mjs');
      const fixed = start.text.replace(
        /(?:--import|--require|-r)([=\s])(["']?)@x\/llm-otel\/register/,
        (_all, gap: string, quote: string) => `--import${gap}${quote}${pathToFileURL(file).href}`,
      );
      return warn(
        `${placeOf(start)} looks for @x/llm-otel from a working directory that ${start.file} does not set`,
        withFlag(start, fixed),
        { file: start.file },
      );
    });

/** The folder to which a Dockerfile copies the project. */
const copiedTo = ({ files }: Project, { file }: StartLine): string =>
  /^\s*COPY\s.*\s(\/[^\s\]"]*)/im.exec(files.read(file) ?? '')?.[1]?.replace(/(?<=.)\/$/, '') ?? '/app';

/** NODE_OPTIONS with mistakes. */
export const checkNodeOptions: Check = ({ project }) =>
  project.starts.flatMap((start): CheckResult[] => {
    const value = nodeOptionsOf(start);
    if (value === undefined) return [];
    const more = { file: start.file };
    if ((value.replaceAll(/\\./g, '').match(/"/g) ?? []).length % 2 === 1)
      return [
        fail(
          `${placeOf(start)} has NODE_OPTIONS with a quote that does not end`,
          'NODE_OPTIONS="--import @x/llm-otel/register" has no quote within',
          more,
        ),
      ];
    // The files of a container are elsewhere.
    if (['docker', 'compose', 'unit'].includes(start.kind)) return [];
    return nodeCommand(value)
      .preloads.filter(({ module }) => !isThere(module, project.dir))
      .map(({ flag, module }) =>
        fail(
          `${placeOf(start)} has NODE_OPTIONS with ${flag} ${module}, which is not there`,
          missingFix(module, project),
          more,
        ),
      );
  });

function nodeOptionsOf({ kind, text }: StartLine): string | undefined {
  if (kind === 'variable') return text;
  const [, double, single, plain] =
    /\bNODE_OPTIONS(?:=|\s)\s*(?:"((?:[^"\\]|\\.)*)"?|'([^']*)'?|(\S+))/.exec(text) ?? [];
  return double?.replaceAll(/\\"/g, '"') ?? single ?? plain;
}

function isThere(module: string, dir: string): boolean {
  if (module.startsWith('node:')) return true;
  try {
    if (module.startsWith('file:')) return existsSync(fileURLToPath(module));
    if (/^\.{0,2}[\\/]/.test(module) && existsSync(resolve(dir, module))) return true;
    createRequire(join(dir, 'package.json')).resolve(module);
    return true;
  } catch {
    return false;
  }
}

const missingFix = (module: string, { tools }: Project): string =>
  /^[@\w]/.test(module)
    ? `${tools.install} ${module
        .split('/')
        .slice(0, module.startsWith('@') ? 2 : 1)
        .join('/')}`
    : `remove ${module} from NODE_OPTIONS, or name a file that is there`;

/** Node's permission model forbids workers and files to register, unless flags allow both. */
export const checkPermission: Check = ({ project }) =>
  parsedStarts(project).flatMap((start): CheckResult[] => {
    const has = (name: RegExp): boolean => start.command.flags.some((flag) => name.test(flag));
    if (!has(/^--(?:experimental-)?permission$/)) return [];
    const missing = [
      ...(has(/^--allow-worker$/) ? [] : ['--allow-worker']),
      ...(has(/^--allow-fs-read\b/) ? [] : ['--allow-fs-read=*']),
    ];
    if (missing.length === 0) return [];
    const fixed = start.text.replace(/--(?:experimental-)?permission\b/, (flag) => `${flag} ${missing.join(' ')}`);
    return [
      warn(
        `${placeOf(start)} has --permission without ${missing.map((flag) => flag.replace('=*', '')).join(' and ')}`,
        withFlag(start, fixed),
        {
          file: start.file,
        },
      ),
    ];
  });
