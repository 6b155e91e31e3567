import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type CommandContext, type CommandLine, type ExitCode, UsageError } from '../command.ts';
import { readManifest } from '../doctor/project/manifest.ts';
import { ProjectFiles } from '../doctor/project/project-files.ts';
import { suggestion } from '../parse-command-line.ts';
import { ChangedProject, type Place } from './place.ts';
import { PLACES } from './places/index.ts';
import { unifiedDiff } from './unified-diff.ts';

const places: Readonly<Record<string, Place>> = PLACES;

/** `init [--write]`: prints, or makes, the changes with which a project loads `register`. Installs nothing. */
export function run({ options, operands }: CommandLine, { print, report }: CommandContext): ExitCode {
  if (operands.length > 0) throw new UsageError(`init: expected no operand, got "${operands[0]}"; did you mean --for?`);
  const dir = resolve(typeof options.dir === 'string' ? options.dir : '.');
  const manifest = readManifest(join(dir, 'package.json'));
  if (manifest === undefined) throw new UsageError(`init: no readable package.json in ${dir}`);
  const project = new ChangedProject(dir, manifest, new ProjectFiles(dir).paths);
  for (const place of wantedPlaces(project, options.for)) place.change(project);
  const changes = project
    .changes()
    .map(([file, text]) => ({ file, text, diff: unifiedDiff(file, project.before(file), text) }));
  if (options.write === true)
    for (const { file, text } of changes) {
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      writeFileSync(join(dir, file), text);
    }
  if (options.json === true)
    print(
      JSON.stringify({
        schema: 1,
        dir,
        written: options.write === true,
        changes: changes.map(({ file, diff }) => ({ file, diff: `${diff.join('\n')}\n` })),
        notes: project.notes,
      }),
    );
  else {
    for (const { diff } of changes) print(...diff);
    for (const note of project.notes) print(`by hand: ${note}`);
    if (changes.length === 0 && project.notes.length === 0) print('nothing to do');
    else if (changes.length > 0 && options.write !== true) report('nothing is written yet: llm-otel init --write');
  }
  return project.notes.length > 0 ? 1 : 0;
}

function wantedPlaces(project: ChangedProject, names: string | true | undefined): Place[] {
  if (typeof names !== 'string') return Object.values(places).filter((place) => place.applies(project));
  return names.split(',').map((name) => {
    const place = Object.hasOwn(places, name) ? places[name] : undefined;
    if (place !== undefined) return place;
    const all = Object.keys(places);
    throw new UsageError(`--for: expected ${all.join(', ')}, got "${name}"${suggestion(name, all)}`);
  });
}
