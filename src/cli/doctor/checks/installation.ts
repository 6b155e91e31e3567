import { dirname, join } from 'node:path';
import { VERSION } from '../../../runtime/version.ts';
import { type Check, type CheckResult, fail, ok, warn } from '../finding.ts';
import type { InstalledPackage } from '../project/package-folders.ts';
import type { Project } from '../project/read-project.ts';
import { compareVersions, majorOf } from '../versions.ts';
import { copiesOf } from './packages-by-name.ts';

const PACKAGE = '@x/llm-otel';
const API = '@opentelemetry/api';
/** Of a package that does not come from the registry. */
const UNKNOWN = 'of unknown version';
const LEAST_NODE = '20.19.0';
const LEAST_API = '1.9.0';

/** Whether this Node is new enough. */
export const checkNode: Check = ({ nodeVersion }) => [
  compareVersions(nodeVersion, LEAST_NODE) < 0
    ? fail(
        `Node ${nodeVersion} is too old, 20.19 or newer is needed`,
        'install Node 24: https://nodejs.org/en/download',
      )
    : ok(`Node ${nodeVersion}`),
];

/** The version of a package of Yarn's archives; undefined without the package. */
function versionInArchives(pnp: string, name: string): string | undefined {
  const at = pnp.indexOf(`["${name}", [`);
  if (at < 0) return undefined;
  return /\["[^"]*npm:([\d][^"]*)"/.exec(pnp.slice(at, at + 2000))?.[1] ?? UNKNOWN;
}

/** The version for the code of the project; undefined without a version. */
function resolvedVersion(project: Project, name: string): string | undefined {
  if (project.pnp !== undefined) return versionInArchives(project.pnp, name);
  return nearest(project, name)?.manifest()?.version;
}

function nearest({ packages, dir }: Project, name: string): InstalledPackage | undefined {
  const copies = packages.filter(({ folder }) => folder === name);
  for (let at = dir; ; at = dirname(at)) {
    const found = copies.find(({ path }) => path === join(at, 'node_modules', ...name.split('/')));
    if (found !== undefined || dirname(at) === at) return found;
  }
}

/** Whether this package is installed in the project, in the version of the command line. */
export const checkPackage: Check = ({ project }) => {
  const version = project.manifest.name === PACKAGE ? VERSION : resolvedVersion(project, PACKAGE);
  const { install } = project.tools;
  if (version === undefined) return [fail(`${PACKAGE} is not installed here`, `${install} ${PACKAGE}`)];
  return [
    version === VERSION || version === UNKNOWN
      ? ok(`${PACKAGE} ${version}`)
      : warn(
          `${PACKAGE} ${version} is installed, and this is the doctor of ${VERSION}`,
          `${install} ${PACKAGE}@${VERSION}`,
        ),
  ];
};

/** Whether a single copy of this package and of the API is installed. */
export const checkCopies: Check = ({ project }) =>
  [PACKAGE, API].flatMap((name): CheckResult[] => {
    const copies = copiesOf(project.packages, name);
    if (copies.length < 2) return [];
    const versions = copies.map(({ manifest }) => manifest()?.version ?? '?');
    const message = `${copies.length} copies of ${name}: ${versions.join(', ')}`;
    const detail = copies.map(({ place }) => place).join('\n');
    return name === API && new Set(versions.map(majorOf)).size > 1
      ? [
          fail(
            `${message}; spans of one major version do not reach the other`,
            `${project.tools.install} ${API}@^1.9.0`,
            {
              subject: name,
              detail,
            },
          ),
        ]
      : [warn(message, project.tools.dedupe, { subject: name, detail })];
  });

/** Whether the API is installed, and new enough. */
export const checkApi: Check = ({ project }) => {
  const version = resolvedVersion(project, API) ?? besidePackage(project);
  const fix = `${project.tools.install} ${API}@^1.9.0`;
  // Of Yarn's archives the check yarn-pnp says the same.
  if (version === undefined) return project.pnp === undefined ? [fail(`${API} is not installed`, fix)] : [];
  return [
    compareVersions(version, LEAST_API) < 0
      ? fail(`${API} ${version} is too old, 1.9 or newer is needed`, fix)
      : ok(`${API} ${version}`),
  ];
};

/** Package managers like pnpm put the API beside this package alone. */
function besidePackage(project: Project): string | undefined {
  const ours = nearest(project, PACKAGE);
  if (ours === undefined) return undefined;
  const beside = join(dirname(dirname(ours.place)), ...API.split('/'));
  return project.packages.find(({ path }) => path === beside)?.manifest()?.version;
}

/** With archives of Yarn a package gets only the dependencies of the project, and Yarn installs no peers. */
export const checkPnp: Check = ({ project: { pnp, manifest } }) => {
  if (pnp === undefined) return [];
  return API in manifest.dependencies && versionInArchives(pnp, API) !== undefined
    ? [ok("Yarn's archives have the API")]
    : [fail(`Yarn Plug'n'Play, and the project does not name ${API}: nothing is recorded`, `yarn add ${API}`)];
};
