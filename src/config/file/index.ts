/** Configuration files: read, checked against the schema, and turned into plain settings. Loaded only when a file is named. */
import { dirname, resolve } from 'node:path';
import { workingDirectory } from '../../runtime/files/working-directory.ts';
import type { ConfigPlace } from '../config-place.ts';
import type { Env } from '../env.ts';
import type { ConfigSource } from './config-source.ts';
import { filePlace } from './model/file-place.ts';
import { type FileContext, Section } from './model/section.ts';
import { type ConfigProblem, MOST_PROBLEMS } from './problem.ts';
import { ignoredVariables, replacedVariables } from './replaced-variables.ts';
import { type ComponentName, checkDocument, type PlacedProblem } from './schema/check-document.ts';
import { type FileSettings, settingsOfFile } from './settings-of-file.ts';
import { type DocumentNode, type PlainData, plainDataOf } from './text/document-node.ts';
import { parseConfigText } from './text/parse-document.ts';
import { readConfigText } from './text/read-text.ts';

export { type ConfigProblem, problemLine } from './problem.ts';
export type { FileSettings } from './settings-of-file.ts';

/** A configuration file, read to the end. */
export interface ConfigFile {
  /** Path as the user wrote the path. */
  readonly path: string;
  /** Why the file cannot be used; at most ten. */
  readonly problems: readonly ConfigProblem[];
  /** Faults that do no harm, one line each. */
  readonly warnings: readonly ConfigProblem[];
  /** Variables of this package that the file replaces, a message each. */
  readonly replaced: readonly string[];
  /** Names of variables of OpenTelemetry that are set and not read. */
  readonly ignored: readonly string[];
  /** Undefined if there are problems. */
  readonly settings: FileSettings | undefined;
  /** Root of the file; undefined if the text cannot be read. */
  readonly root: Section | undefined;
}

/** Checks a value whose rules the schema cannot say, and refuses what cannot be used at its place. */
export type CheckComponent = (
  definition: ComponentName,
  data: PlainData,
  place: ConfigPlace,
  context: Pick<FileContext, 'env' | 'folder'>,
) => void;

/** Reads the file of `source`. Never throws. */
export function readConfigFile(env: Env, source: ConfigSource, check?: CheckComponent): ConfigFile {
  const read = readConfigText(source.path);
  if ('text' in read) return readConfig(read.text, env, source, check);
  const problem = { file: source.path, line: 1, column: 1, pointer: '', message: read.problem };
  return { path: source.path, problems: [problem], ...NOTHING };
}

const NOTHING = { warnings: [], replaced: [], ignored: [], settings: undefined, root: undefined } as const;

/** Reads the text of a configuration file. Never throws. */
export function readConfig(text: string, env: Env, source: ConfigSource, check?: CheckComponent): ConfigFile {
  const { path: file, isOverlay } = source;
  const named = (problems: readonly PlacedProblem[]): ConfigProblem[] =>
    [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
      .sort((a, b) => a.line - b.line || a.column - b.column)
      .slice(0, MOST_PROBLEMS)
      .map((problem) => ({ file, ...problem }));
  const { root, problems } = parseConfigText(text, env);
  if (root === undefined || problems.length > 0)
    return { path: file, ...NOTHING, problems: named(problems.map((problem) => ({ ...problem, pointer: '' }))) };
  const checked = checkDocument(root, isOverlay);
  if (checked.problems.length > 0)
    return { path: file, ...NOTHING, problems: named(checked.problems), warnings: named(checked.warnings) };
  const context = {
    env,
    folder: dirname(resolve(workingDirectory(), file)),
    problems: [],
    warnings: [...checked.warnings],
  };
  const section = new Section(root, '', context);
  for (const { definition, node, pointer } of checked.components)
    check?.(definition, plainDataOf(node), filePlace(new Section(node, pointer, context)), context);
  const settings = settingsOfFile(section, env, isOverlay);
  const isUsable = context.problems.length === 0;
  return {
    path: file,
    problems: named(context.problems),
    warnings: named(context.warnings),
    replaced: replacedVariables(env, source, section.isSet('tracer_provider')),
    ignored: ignoredVariables(env, source, variablesIn(root)),
    settings: isUsable ? settings : undefined,
    root: section,
  };
}

/** Names of all variables in the values of a document. */
function variablesIn(node: DocumentNode, found: Set<string> = new Set()): ReadonlySet<string> {
  if (node.kind === 'scalar') for (const name of node.variables) found.add(name);
  else if (node.kind === 'list') for (const item of node.items) variablesIn(item, found);
  else for (const { node: child } of node.entries) variablesIn(child, found);
  return found;
}
