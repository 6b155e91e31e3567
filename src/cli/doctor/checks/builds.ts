import { join, relative, sep } from 'node:path';
import { sdks } from '../../../providers/sdks.ts';
import { type Check, type CheckResult, fail, ok, warn } from '../finding.ts';
import type { Project } from '../project/read-project.ts';

/** A tool for bundles. */
interface Bundler {
  readonly command: RegExp;
  readonly config: RegExp;
  /** Packages stay outside, unless the configuration says otherwise. */
  readonly keepsPackages?: RegExp;
  readonly fix: (names: readonly string[], script: string) => string;
}

const listOf = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

const BUNDLERS: Readonly<Record<string, Bundler>> = {
  esbuild: {
    command: /\besbuild\b/,
    config: /(?:^|\/)esbuild[\w.-]*\.[cm]?[jt]s$/,
    fix: (names, script) => `${script} ${names.map((name) => `--external:${name}`).join(' ')}`,
  },
  webpack: {
    command: /\bwebpack\b/,
    config: /(?:^|\/)webpack[\w.-]*\.[cm]?[jt]s$/,
    fix: (names) =>
      `externals: { ${names.map((name) => `'${name}': 'commonjs ${name}'`).join(', ')} } in the configuration of webpack`,
  },
  rollup: {
    command: /\brollup\b/,
    config: /(?:^|\/)rollup[\w.-]*\.[cm]?[jt]s$/,
    fix: (names) => `external: [${listOf(names)}] in the configuration of Rollup`,
  },
  vite: {
    command: /\bvite\s+build\b/,
    config: /(?:^|\/)vite\.config\.[cm]?[jt]s$/,
    keepsPackages: /--ssr\b|\bssr\s*:/,
    fix: (names) => `build: { rollupOptions: { external: [${listOf(names)}] } } in vite.config`,
  },
  tsup: {
    command: /\btsup\b/,
    config: /(?:^|\/)tsup\.config\.[cm]?[jt]s$/,
    keepsPackages: /(?:)/,
    fix: (names) => `external: [${listOf(names)}] in tsup.config`,
  },
  ncc: {
    command: /\bncc\s+(?:build|run)\b/,
    config: /^$/,
    fix: (names, script) => `${script} ${names.map((name) => `-e ${name}`).join(' ')}`,
  },
};

/** SDKs among the dependencies of the project. */
function sdksOf({ manifest }: Project, kind: 'dependencies' | 'runtime' = 'dependencies'): string[] {
  return Object.values(sdks)
    .map(({ module }) => module)
    .filter((name) => name in manifest[kind]);
}

/** Bundlers with a copy of an SDK in the bundle, where nothing sees the SDK. */
export const checkBundlers: Check = ({ project }) => {
  const names = sdksOf(project);
  if (names.length === 0 || 'next' in project.manifest.dependencies) return [];
  return Object.entries(BUNDLERS).flatMap(([name, bundler]): CheckResult[] => {
    const script = Object.entries(project.manifest.scripts).find(([, text]) => bundler.command.test(text));
    if (script === undefined) return [];
    const configs = project.files.matching(bundler.config).map(({ text }) => text);
    const inside = bundledSdks(project, bundler, [script[1], ...configs].join('\n'));
    if (inside.length === 0) return [];
    return [
      warn(
        `${name} copies ${inside.join(', ')} into the bundle, where calls are not recorded`,
        `${bundler.fix([...inside, '@x/llm-otel'], script[1])}; or instrument() the client: docs/bundlers.md`,
        { subject: name, file: 'package.json' },
      ),
    ];
  });
};

function bundledSdks(project: Project, { keepsPackages }: Bundler, settings: string): string[] {
  const names = sdksOf(project);
  if (keepsPackages?.test(settings) === true && !/noExternal|--no-external/.test(settings)) {
    const kept = sdksOf(project, 'runtime');
    return names.filter((name) => !kept.includes(name));
  }
  if (/packages[=:]\s*["']?external|nodeExternals|node-externals|externalizeDeps/.test(settings)) return [];
  const isExternal = (name: string): boolean => {
    const written = name.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    return new RegExp(
      `external[\\s\\S]*["':=\\s]${written}["'\\s,\\]]|-e\\s+${written}(?:\\s|$)|external[:=\\s]${written}(?:\\s|$)`,
    ).test(`${settings} `);
  };
  return names.filter((name) => !isExternal(name));
}

const NEXT_CONFIG = /^next\.config\.[cm]?[jt]s$/;

function nextConfig({ files, manifest }: Project): { readonly path: string; readonly text: string } | undefined {
  if (!('next' in manifest.dependencies)) return undefined;
  return files.matching(NEXT_CONFIG)[0] ?? { path: 'next.config.js', text: '' };
}

/**
 * Settings as Next.js of the project reads the settings: up to version 14 the keys are experimental, and the list of external
 * packages has another name. https://nextjs.org/docs/14/app/api-reference/next-config-js/serverComponentsExternalPackages
 */
function nextSetting(
  project: Project,
  key: 'outputFileTracingIncludes' | 'serverExternalPackages',
  value: string,
): string {
  const installed = project.packages.find(({ folder }) => folder === 'next')?.manifest()?.version;
  const [major = '15'] = /\d+/.exec(installed ?? project.manifest.dependencies.next ?? '') ?? [];
  if (Number(major) >= 15) return `${key}: ${value}`;
  return `experimental: { ${key === 'serverExternalPackages' ? 'serverComponentsExternalPackages' : key}: ${value} }`;
}

/** A standalone build holds the imports of the application, and nothing else. */
export const checkStandalone: Check = ({ project }) => {
  const config = nextConfig(project);
  if (config === undefined || !/output\s*:\s*['"]standalone['"]/.test(config.text)) return [];
  const isTraced =
    /outputFileTracingIncludes[\s\S]*@x\/llm-otel/.test(config.text) ||
    project.files
      .matching(/^(?:src\/)?instrumentation\.[cm]?[jt]sx?$/)
      .some(({ text }) => text.includes('@x/llm-otel/register'));
  return isTraced
    ? [ok('the standalone build holds @x/llm-otel', { file: config.path })]
    : [
        fail(
          `the standalone build of ${config.path} does not hold @x/llm-otel`,
          `in ${config.path}: ${nextSetting(project, 'outputFileTracingIncludes', `{ '/*': ['${packageGlob(project)}'] }`)}`,
          { file: config.path },
        ),
      ];
};

/** All files of this package, from the folder of the project: in a workspace, packages are in a folder above. */
function packageGlob({ dir, packages }: Project): string {
  const path = packages.find(({ folder }) => folder === '@x/llm-otel')?.path;
  const from = relative(dir, path ?? join(dir, 'node_modules/@x/llm-otel')).replaceAll(sep, '/');
  return `${from.startsWith('../') ? '' : './'}${from}/**/*`;
}

/** Next.js bundles packages without a name in the configuration. */
export const checkNextExternal: Check = ({ project }) => {
  const config = nextConfig(project);
  if (config === undefined) return [];
  const names = [...sdksOf(project), '@x/llm-otel'];
  const list =
    /(?:serverExternalPackages|serverComponentsExternalPackages)\s*:\s*\[([^\]]*)\]/.exec(config.text)?.[1] ?? '';
  const missing = names.filter((name) => !new RegExp(`['"]${name}['"]`).test(list));
  if (missing.length === 0) return [ok('serverExternalPackages names the SDKs', { file: config.path })];
  return [
    warn(
      `Next.js bundles ${missing.join(', ')}, so calls are not recorded`,
      `in ${config.path}: ${nextSetting(project, 'serverExternalPackages', `[${listOf(names)}]`)}`,
      { file: config.path },
    ),
  ];
};
