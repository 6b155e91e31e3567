import { join, sep } from 'node:path';
import { envText } from '../../../config/env.ts';
import type { Sdk } from '../../../patching/provider.ts';
import { sdks } from '../../../providers/sdks.ts';
import { CLI_PACKAGE } from '../../package-folder.ts';
import { type Check, type CheckResult, ok, warn } from '../finding.ts';
import { readManifest } from '../project/manifest.ts';
import type { InstalledPackage } from '../project/package-folders.ts';
import type { Project } from '../project/read-project.ts';
import { compareVersions, isInRange } from '../versions.ts';
import { copiesOf, versionText } from './packages-by-name.ts';

const ROWS: readonly Sdk[] = Object.values(sdks);
const MODULES = ROWS.map(({ module }) => module);
/** The first version of the SDK with spans of the SDK. */
const NATIVE_SINCE = '0.134.0';

/** Packages for calls of models, without support here. */
const UNSUPPORTED = [
  '@azure-rest/ai-inference',
  '@fal-ai/client',
  '@google-cloud/vertexai',
  '@huggingface/inference',
  '@ibm-cloud/watsonx-ai',
  '@mistralai/mistralai',
  '@openrouter/sdk',
  'cohere-ai',
  'llamaindex',
  'node-llama-cpp',
  'portkey-ai',
  'replicate',
  'voyageai',
] as const;

/** The SDKs and frameworks of a project, with the tested ranges. */
export const checkSdks: Check = ({ project }) => {
  const ranges = readManifest(join(CLI_PACKAGE, 'package.json'))?.peers ?? {};
  const found = MODULES.flatMap((name) =>
    installedOf(project, name)
      .slice(0, 1)
      .map((one) => ({ name, one })),
  );
  if (found.length === 0 && project.pnp === undefined)
    return [
      warn(
        'no SDK is installed that this package records',
        'run the doctor in the folder of the application: npx @x/llm-otel doctor --dir DIR',
      ),
    ];
  return found.map(({ name, one }) => {
    const version = versionText(one);
    const range = ranges[name];
    return range === undefined || isInRange(version, range)
      ? ok(`${name} ${version}`, { subject: name })
      : warn(`${name} ${version} is not tested, ${range} is`, `${project.tools.install} ${name}@latest`, {
          subject: name,
        });
  });
};

/** Copies under the name of the package, or under another name. */
const installedOf = ({ packages }: Project, name: string): InstalledPackage[] =>
  copiesOf(packages, name).filter(({ manifest }) => manifest() !== undefined);

/** Several copies of an SDK. */
export const checkSdkCopies: Check = ({ project }) =>
  MODULES.flatMap((name) => {
    const copies = installedOf(project, name);
    return copies.length < 2
      ? []
      : [
          warn(`${copies.length} copies of ${name}: ${copies.map(versionText).join(', ')}`, project.tools.dedupe, {
            subject: name,
            detail: copies.map(({ place }) => place).join('\n'),
          }),
        ];
  });

/** SDKs under another name. */
export const checkAliases: Check = ({ project: { manifest, packages, tools } }) =>
  Object.entries(manifest.dependencies).flatMap(([alias, range]): CheckResult[] => {
    const [, name = '', wanted] = /^npm:((?:@[^@/]+\/)?[^@]+)(?:@(.+))?$/.exec(range) ?? [];
    if (!MODULES.includes(name) || alias === name) return [];
    const version = packages.find(({ folder }) => folder === alias)?.manifest()?.version ?? wanted ?? 'latest';
    return [
      warn(
        `${alias} is ${name} ${version} under another name: externals of bundlers and other tools do not know the name`,
        `${tools.remove} ${alias} && ${tools.install} ${name}@${version}, and import "${name}" instead of "${alias}"`,
        { subject: name, file: 'package.json' },
      ),
    ];
  });

/** SDKs outside of node_modules. */
export const checkLinks: Check = ({ project: { packages, tools } }) =>
  packages
    .filter(({ folder, place }) => MODULES.includes(folder) && !place.includes(`${sep}node_modules${sep}`))
    .map((found) =>
      warn(
        `${found.folder} ${versionText(found)} is linked from ${found.place}: bundlers and other tools look in node_modules`,
        `${tools.install} ${found.folder}@${versionText(found)}`,
        { subject: found.folder },
      ),
    );

/** Packages with calls of models that are not recorded. */
export const checkUnsupported: Check = ({ project: { manifest, files } }) => {
  const byHand = (name: string): boolean =>
    files.sources().some(({ text }) => text.includes(name) && text.includes('traceGeneration'));
  return UNSUPPORTED.filter((name) => name in manifest.dependencies && !byHand(name)).map((name) =>
    warn(
      `${name} calls models, and its calls are not recorded`,
      `record the calls of ${name} with traceGeneration() of @x/llm-otel/manual: docs/manual.md`,
      { subject: name, file: 'package.json' },
    ),
  );
};

/** The fate of the spans of Anthropic's SDK. */
export const checkNative: Check = ({ project }) => {
  const name = '@anthropic-ai/sdk';
  const isNative = installedOf(project, name).some(
    ({ manifest }) => compareVersions(manifest()?.version ?? '0', NATIVE_SINCE) >= 0,
  );
  if (!isNative) return [];
  return [
    envText(project.env, 'LLM_OTEL_ANTHROPIC_NATIVE') === 'native'
      ? ok(`${name} makes spans: they stay, and get cost and finish reasons`, { subject: name })
      : ok(`${name} makes spans: the span of this package takes their place`, { subject: name }),
  ];
};
