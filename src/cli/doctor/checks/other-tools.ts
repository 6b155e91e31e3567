import { envText } from '../../../config/env.ts';
import { sdks } from '../../../providers/sdks.ts';
import { type Check, type CheckResult, warn } from '../finding.ts';
import type { Project } from '../project/read-project.ts';
import { type NamesOfSdks, RECORDING_TOOLS, type RecordingTool, type ToolSwitch } from './recording-tools.ts';

/** Packages of the project with records of model calls. */
export const checkOtherTools: Check = ({ project }) =>
  Object.keys(project.manifest.dependencies).flatMap((dependency): CheckResult[] => {
    const tool = RECORDING_TOOLS.find(({ packages }) => packages.test(dependency));
    return tool === undefined ? [] : toolResults(tool, dependency, project);
  });

function toolResults(tool: RecordingTool, dependency: string, project: Project): CheckResult[] {
  const present = presentSdks(project);
  const settings = tool.switches?.flatMap((one) => missingSetting(one, present, project));
  const names = tool.inCode && namesOf(tool.inCode.names, present);
  if (settings?.length === 0 || (names !== undefined && hasSwitch(tool, names, project))) return [];
  if (tool.needs !== undefined && isUnused(tool.needs, dependency, project)) return [];
  const fix = tool.fix
    .replace('REMOVE', `${project.tools.remove} ${dependency}`)
    .replace('EXPORT', settingsText(settings ?? []))
    .replace('NAMES', (names ?? []).map((name) => `'${name}'`).join(', '))
    .replace('PACKAGE', dependency);
  return [warn(`${tool.name}: ${tool.says}`, fix, { subject: dependency, file: 'package.json' })];
}

/** The recorded SDKs of a project, also those that other packages bring. */
function presentSdks({ manifest, packages }: Project): ReadonlySet<string> {
  const names = new Set([...packages.map(({ folder }) => folder), ...Object.keys(manifest.dependencies)]);
  return new Set(Object.values(sdks).flatMap(({ module }) => (names.has(module) ? [module] : [])));
}

const namesOf = (names: NamesOfSdks, present: ReadonlySet<string>): string[] => [
  ...new Set(Object.entries(names).flatMap(([sdk, name]) => (present.has(sdk) ? [name] : []))),
];

/** A variable to be set, or a name to be added to the list of a variable. */
interface MissingSetting {
  readonly variable: string;
  readonly value: string;
  readonly isListed: boolean;
}

function missingSetting(
  { variable, off, sdk }: ToolSwitch,
  present: ReadonlySet<string>,
  { env }: Project,
): MissingSetting[] {
  if (sdk !== undefined && !present.has(sdk)) return [];
  const value = envText(env, variable);
  if (typeof off === 'string') return value === off ? [] : [{ variable, value: off, isListed: false }];
  const listed = value?.split(',').map((name) => name.trim()) ?? [];
  const missing = namesOf(off, present).filter((name) => !listed.includes(name));
  return missing.length === 0 ? [] : [{ variable, value: missing.join(','), isListed: listed.length > 0 }];
}

/** `export A=1 B=2, add c to D`: a value that a variable has may come from a file, and is not shown. */
function settingsText(settings: readonly MissingSetting[]): string {
  const assigned = settings.filter(({ isListed }) => !isListed).map(({ variable, value }) => `${variable}=${value}`);
  const added = settings.filter(({ isListed }) => isListed).map(({ variable, value }) => `add ${value} to ${variable}`);
  return [...(assigned.length === 0 ? [] : [`export ${assigned.join(' ')}`]), ...added].join(', ');
}

/** A source has the switch with all names, or the tool records none of the SDKs. */
function hasSwitch({ inCode }: RecordingTool, names: readonly string[], { files }: Project): boolean {
  const isNamed = (text: string): boolean => names.every((name) => new RegExp(`['"\`]${name}['"\`]`).test(text));
  return names.length === 0 || files.sources().some(({ text }) => inCode?.place.test(text) === true && isNamed(text));
}

/** Sources load the package, and none has the words. */
function isUnused(words: RegExp, dependency: string, { files }: Project): boolean {
  const users = files.sources().filter(({ text }) => new RegExp(`['"]${dependency}(?:/[^'"]*)?['"]`).test(text));
  return users.length > 0 && !users.some(({ text }) => words.test(text));
}

const OWN_SDK = /\bnew\s+NodeSDK\s*\(|\bregisterOTel\s*\(/;
const HAS_CLASSES = /\bgetLlmInstrumentations\b|from\s+['"]@x\/llm-otel['"]|require\(\s*['"]@x\/llm-otel['"]/;

/** An OpenTelemetry SDK of the application without the classes of this package. */
export const checkOwnSdk: Check = ({ project: { files } }) => {
  const sources = files.sources();
  if (sources.some(({ text }) => HAS_CLASSES.test(text))) return [];
  return sources
    .filter(({ text }) => OWN_SDK.test(text))
    .map(({ path, text }) =>
      warn(
        `${path} starts an OpenTelemetry SDK: register stands aside, and its exporters and OTEL_* settings have no effect`,
        `in ${path}: import { getLlmInstrumentations } from '@x/llm-otel', and ${
          text.includes('registerOTel') ? 'registerOTel' : 'new NodeSDK'
        }({ instrumentations: [getLlmInstrumentations()] })`,
        { file: path },
      ),
    );
};
