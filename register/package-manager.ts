/** Limited to the syntax of Node 12, like register/index.ts. */

/** Main files of npm, npx, pnpm, yarn and corepack, and the commands that link to the main files. */
const COMMAND = /[\\/](?:(?:npm|npx)(?:-cli\.js)?|npm-prefix\.js|pnpm|pnpx|yarn|yarnpkg|corepack)$/;
const MAIN_FILE = /[\\/](?:pnpm\.[cm]js|pnpx\.[cm]js|yarn-\d[\w.-]*\.[cm]?js|corepack\.[cm]?js)$/;
/** Names that an application may have too: the folder decides. */
const IN_FOLDER =
  /[\\/]\.?(?:npm|pnpm|yarn|corepack)[^\\/]*[\\/](?:.*[\\/])?(?:npm|npx|pnpm|pnpx|yarn|yarnpkg)\.[cm]?js$/;

/**
 * Whether `mainFile` is the main file of a package manager. With NODE_OPTIONS a package manager loads register before the
 * application does: telemetry of the package manager is of no use, and the package manager would serve Prometheus first.
 */
export function isPackageManager(mainFile: string | undefined): boolean {
  if (mainFile === undefined) return false;
  return COMMAND.test(mainFile) || MAIN_FILE.test(mainFile) || IN_FOLDER.test(mainFile);
}
