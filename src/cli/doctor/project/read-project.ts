import { join } from 'node:path';
import type { Env } from '../../../config/env.ts';
import { type ProjectTools, projectTools } from '../../project-tools.ts';
import { type EnvFile, envFiles } from './env-files.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { type InstalledPackage, installedPackages } from './package-folders.ts';
import { ProjectFiles } from './project-files.ts';
import { type StartLine, startLines } from './start-lines.ts';

/** Everything that the checks look at. Nothing is written, and no code of the project runs. */
export interface Project {
  readonly dir: string;
  readonly manifest: Manifest;
  readonly tools: ProjectTools;
  readonly files: ProjectFiles;
  readonly packages: readonly InstalledPackage[];
  readonly starts: readonly StartLine[];
  readonly envFiles: readonly EnvFile[];
  /** Variables of this process, over variables of files that are loaded, over variables that scripts set. */
  readonly env: Env;
  /** Text of `.pnp.cjs`, where Yarn keeps packages in archives. */
  readonly pnp: string | undefined;
}

/** Reads the project in `dir`; undefined without a readable package.json. */
export function readProject(dir: string, env: Env): Project | undefined {
  const manifest = readManifest(join(dir, 'package.json'));
  if (manifest === undefined) return undefined;
  const files = new ProjectFiles(dir);
  const starts = startLines(files, manifest, env);
  const found = envFiles(files, starts, loadsEnvFiles(files, manifest, starts));
  const ofFiles = found.filter(({ isLoaded }) => isLoaded).map(({ variables }) => variables);
  return {
    dir,
    manifest,
    tools: projectTools(dir),
    files,
    packages: installedPackages(dir),
    starts,
    envFiles: found,
    env: Object.assign({}, ...starts.map(assignments), ...ofFiles, env) as Env,
    pnp: files.read('.pnp.cjs'),
  };
}

/** Next.js loads its files before register; variables that dotenv sets are read with the first call. */
function loadsEnvFiles(files: ProjectFiles, { dependencies }: Manifest, starts: readonly StartLine[]): boolean {
  if ('next' in dependencies || starts.some(({ text }) => /\bdotenv(?:\/config|x| -)/.test(text))) return true;
  return 'dotenv' in dependencies && files.sources().some(({ text }) => /['"]dotenv(?:\/config)?['"]/.test(text));
}

/** Settings of this package, and switches of tools beside. */
const ASSIGNMENT =
  /(?:^|\s)((?:(?:LLM_)?OTEL|DD_TRACE|NEW_RELIC|LANGSMITH|BRAINTRUST|OPENLIT)_\w+)=(?:"([^"]*)"|'([^']*)'|([^\s"']*))/g;

/** Variables in front of the command of a script. */
function assignments({ kind, text }: StartLine): Record<string, string> {
  if (kind !== 'script') return {};
  return Object.fromEntries(
    [...text.matchAll(ASSIGNMENT)].map(([, name, ...values]) => [
      name,
      values.find((value) => value !== undefined) ?? '',
    ]),
  );
}
