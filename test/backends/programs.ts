/** Backends that tests run for real: each is installed by its package name, once, into a folder that is kept from run to run. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { COLLECTOR_VERSION, collectorSource } from './collector/collector-source.ts';

/** Where programs are kept. `BACKENDS_CACHE` names another folder. */
export const CACHE = process.env.BACKENDS_CACHE || join(tmpdir(), 'llm-otel-backends');

type Run = (command: string, ...args: string[]) => Promise<void>;

interface Recipe {
  /** The package, as its registry knows the package. */
  readonly package: string;
  /** Commands that have to be on the machine. */
  readonly needs: readonly string[];
  /** The file that is there once the package is installed, relative to the program's folder. */
  readonly file: string;
  install(run: Run, folder: string): Promise<void>;
}

/** Builds the program of a Go module; a module of our own around, because `go install` refuses modules with replacements. */
const goProgram = (path: string, version: string, ...tags: string[]): Recipe => ({
  package: `${path}@${version}`,
  needs: ['go'],
  file: 'program',
  async install(run, folder) {
    writeFileSync(join(folder, 'go.mod'), 'module backend\n');
    await run('go', 'get', '-tool', `${path}@${version}`);
    const flags = ['-trimpath', '-ldflags=-s -w', `-tags=${tags.join(',')}`];
    await run('go', 'build', ...flags, '-o', join(folder, 'program'), path);
  },
});

/** Installs the program of a Python package into a virtual environment of its own. */
const pythonProgram = (name: string, version: string, file: string): Recipe => ({
  package: `${name}==${version}`,
  needs: ['python3'],
  file: `bin/${file}`,
  async install(run, folder) {
    await run('python3', '-m', 'venv', folder);
    const quiet = ['--disable-pip-version-check', '--no-input', '--quiet'];
    await run(join(folder, 'bin/python'), '-m', 'pip', 'install', ...quiet, `${name}==${version}`);
  },
});

const PROGRAMS = {
  // Releases 1.x and 2.y of Jaeger are the same commit; the Go module has the names 1.x. `cmd/jaeger` is Jaeger 2.
  jaeger: goProgram('github.com/jaegertracing/jaeger/cmd/jaeger', 'v1.76.0'),
  // Without the discovery of targets in clouds, which is most of the code.
  prometheus: goProgram('github.com/prometheus/prometheus/cmd/prometheus', 'v0.316.0', 'remove_all_sd'),
  // Debian's, which is older than the receiver of OTLP.
  'prometheus-debian': {
    package: 'prometheus (Debian)',
    needs: ['apt-get', 'dpkg'],
    file: 'usr/bin/prometheus',
    async install(run) {
      await run('sh', '-c', 'apt-get -qq download prometheus && dpkg -x prometheus_*.deb .');
    },
  },
  zipkin: {
    package: 'io.zipkin:zipkin-server:3.5.1:jar:exec',
    needs: ['mvn', 'java'],
    file: 'zipkin.jar',
    async install(run, folder) {
      const artifact = '-Dartifact=io.zipkin:zipkin-server:3.5.1:jar:exec';
      const local = `-Dmaven.repo.local=${join(folder, 'maven')}`;
      await run('mvn', '-B', '-q', local, 'dependency:get', artifact, '-Dtransitive=false');
      const copy = [`-DoutputDirectory=${folder}`, '-Dmdep.stripVersion=true', '-Dmdep.stripClassifier=true'];
      await run('mvn', '-B', '-q', local, 'dependency:copy', artifact, ...copy);
      await run('mv', join(folder, 'zipkin-server.jar'), join(folder, 'zipkin.jar'));
    },
  },
  // A distribution of the processors that `llm-otel collector-config` writes: contrib as a whole takes an hour to compile.
  collector: {
    package: `OpenTelemetry Collector ${COLLECTOR_VERSION}`,
    needs: ['go'],
    file: 'program',
    async install(run, folder) {
      for (const [name, text] of Object.entries(collectorSource())) writeFileSync(join(folder, name), text);
      await run('go', 'mod', 'tidy');
      await run('go', 'build', '-trimpath', '-ldflags=-s -w', '-o', join(folder, 'program'), '.');
    },
  },
  phoenix: pythonProgram('arize-phoenix', '20.26.1', 'phoenix'),
  mlflow: pythonProgram('mlflow', '3.17.2', 'mlflow'),
} as const satisfies Readonly<Record<string, Recipe>>;

/** Name of a backend. */
export type ProgramName = keyof typeof PROGRAMS;

/** Writes a line at once: vitest shows the output of tests at their end only. */
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function isThere(command: string): Promise<boolean> {
  const paths = (process.env.PATH ?? '').split(':');
  return paths.some((path) => existsSync(join(path, command)));
}

/** Go keeps modules and results of builds in the cache too, and takes no toolchain from the network. */
const GO = {
  GOMODCACHE: join(CACHE, 'go/mod'),
  GOCACHE: join(CACHE, 'go/build'),
  GOFLAGS: '-buildvcs=false -modcacherw',
  GOTOOLCHAIN: 'local',
  GOWORK: 'off',
};

async function install(name: ProgramName, recipe: Recipe, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, ...GO };
  const run: Run = async (command, ...args) => {
    await promisify(execFile)('nice', ['-n', '19', command, ...args], { cwd: folder, env, maxBuffer: 2 ** 26 });
  };
  say(`${name}: installing ${recipe.package} into ${folder}`);
  await recipe.install(run, folder);
  writeFileSync(join(folder, '.ready'), recipe.package);
}

const reasonOf = (error: unknown): string => {
  const { stderr = '', message = String(error) } = error as { stderr?: string; message?: string };
  return (stderr.trim().split('\n').at(-1) || message.split('\n')[0]) ?? '';
};

/**
 * The file of a backend's program, which is installed first if need be. Undefined, after one line that says why, where the
 * program cannot be had: the tests of that backend are skipped.
 */
export async function programOf(name: ProgramName): Promise<string | undefined> {
  const recipe: Recipe = PROGRAMS[name];
  const folder = join(CACHE, `${name}-${recipe.package.replaceAll(/[^\w.]+/g, '-')}`);
  if (existsSync(join(folder, '.ready'))) return join(folder, recipe.file);
  const lacks: string[] = [];
  for (const command of recipe.needs) if (!(await isThere(command))) lacks.push(command);
  if (lacks.length > 0) {
    say(`skipped ${name}: ${recipe.package} needs ${lacks.join(' and ')} on this machine`);
    return undefined;
  }
  try {
    await install(name, recipe, folder);
    return join(folder, recipe.file);
  } catch (error) {
    say(`skipped ${name}: ${recipe.package} cannot be installed: ${reasonOf(error)}`);
    return undefined;
  }
}
