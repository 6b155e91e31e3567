/** Folders under the system's temporary folder that look like applications of users. Kept from run to run. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './spawn.ts';

const BASE = join(tmpdir(), 'llm-otel-matrix');

const QUIET = ['--no-audit', '--no-fund', '--no-update-notifier', '--prefer-offline'];

/** What npm said and how it ended. */
export interface NpmResult {
  readonly code: number;
  readonly output: string;
}

async function npm(cwd: string, ...args: string[]): Promise<NpmResult> {
  try {
    const { stdout, stderr } = await promisify(execFile)('npm', [...args, ...QUIET], { cwd });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code = 1, stdout = '', stderr = '' } = error as Partial<{ code: number; stdout: string; stderr: string }>;
    return { code, output: stdout + stderr };
  }
}

const hash = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex').slice(0, 12);

/** Packs the project and returns the path of the tarball, whose name says what is in it. */
export async function packProject(): Promise<string> {
  mkdirSync(BASE, { recursive: true });
  const draft = mkdtempSync(join(BASE, 'pack-'));
  // What is in dist is what gets tested; the npm script of the test has built it.
  const { code, output } = await npm(ROOT, 'pack', '--ignore-scripts', '--pack-destination', draft);
  const [name] = readdirSync(draft);
  if (code !== 0 || name === undefined) throw new Error(`npm pack failed:\n${output}`);
  const target = join(BASE, `llm-otel-${hash(readFileSync(join(draft, name)))}.tgz`);
  renameSync(join(draft, name), target);
  rmSync(draft, { recursive: true });
  return target;
}

/** An application folder. */
export interface Folder {
  readonly path: string;
  /** What `npm install` of the package beside the application's own dependencies gave. */
  readonly installed: NpmResult;
}

/**
 * Installs packages from npm into a folder, once.
 * @param name start of the folder's name
 * @param dependencies versions by npm name; exact ones, because a folder stays as it was installed first
 */
export async function installFolder(name: string, dependencies: Readonly<Record<string, string>>): Promise<string> {
  const manifest = JSON.stringify({ name: 'application', private: true, dependencies }, null, 2);
  const path = join(BASE, `${name.replaceAll('/', '+')}-${hash(manifest)}`);
  if (!existsSync(join(path, '.ready'))) {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'package.json'), manifest);
    const { code, output } = await npm(path, 'install');
    if (code !== 0) throw new Error(`npm install of ${JSON.stringify(dependencies)} failed:\n${output}`);
    writeFileSync(join(path, '.ready'), '');
  }
  return path;
}

/** Prepares the folder of an application: first {@link installFolder}, then the package of `tarball`, as a user would add it. */
export async function prepareApplication(
  name: string,
  dependencies: Readonly<Record<string, string>>,
  tarball: string,
): Promise<Folder> {
  const path = await installFolder(name, dependencies);
  return { path, installed: await addPackage(path, tarball) };
}

async function addPackage(path: string, tarball: string): Promise<NpmResult> {
  const stamp = join(path, `.installed-${hash(tarball)}`);
  if (existsSync(stamp)) return JSON.parse(readFileSync(stamp, 'utf8')) as NpmResult;
  for (const old of readdirSync(path))
    if (old.startsWith('.installed-') || old.endsWith('.tgz')) rmSync(join(path, old));
  const name = basename(tarball);
  copyFileSync(tarball, join(path, name));
  const result = await npm(path, 'install', `./${name}`);
  writeFileSync(stamp, JSON.stringify(result));
  return result;
}

/** Path of a Node of this version; the one that runs here if it is of the major version that is asked for. */
export async function nodeBinary(version: string): Promise<string> {
  const own = process.versions.node;
  if (own === version || own.split('.')[0] === version) return process.execPath;
  const path = join(BASE, `node-${version}`);
  const binary = join('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(join(path, binary))) return join(path, binary);
  mkdirSync(BASE, { recursive: true });
  const draft = mkdtempSync(join(BASE, 'draft-'));
  // The binary comes with an install script, which npm 12 runs for none but the packages named here.
  const manifest = { private: true, dependencies: { node: version }, allowScripts: { node: true } };
  writeFileSync(join(draft, 'package.json'), JSON.stringify(manifest));
  const { code, output } = await npm(draft, 'install');
  if (code !== 0 || !existsSync(join(draft, binary))) throw new Error(`npm install node@${version} failed:\n${output}`);
  try {
    renameSync(draft, path);
  } catch {
    rmSync(draft, { recursive: true }); // another process was faster
  }
  return join(path, binary);
}
