import { sdks } from '../../../providers/sdks.ts';
import { type InitProject, lineEnd, type Place } from '../place.ts';

const CONFIG = /^next\.config\.[cm]?[jt]s$/;
const INSTRUMENTATION = /^(?:src\/)?instrumentation\.[cm]?[jt]sx?$/;
const HOOK = [
  'export async function register() {',
  "  if (process.env.NEXT_RUNTIME === 'nodejs') await import('@x/llm-otel/register');",
  '}',
  '',
].join('\n');
const TRACED = "outputFileTracingIncludes: { '/*': ['./node_modules/@x/llm-otel/**/*'] },";

/** Next.js: `instrumentation.ts`, and packages that are not bundled. */
export const NEXT: Place = {
  applies: ({ manifest }) => 'next' in manifest.dependencies,
  change(project) {
    changeHook(project);
    changeConfig(project);
  },
};

/** Vercel runs Next.js by the same files. */
export const VERCEL: Place = {
  applies: ({ paths }) => paths.includes('vercel.json'),
  change(project) {
    if (NEXT.applies(project)) NEXT.change(project);
    else
      project.note(
        'vercel.json: in the settings of the project on Vercel, set NODE_OPTIONS to --require @x/llm-otel/register',
      );
  },
};

function changeHook(project: InitProject): void {
  const existing = project.paths.find((path) => INSTRUMENTATION.test(path));
  const text = existing === undefined ? undefined : project.read(existing);
  if (existing !== undefined && text !== undefined) {
    if (text.includes('@x/llm-otel/register')) return;
    const start = /^([ \t]*)export\s+(?:async\s+)?function\s+register\s*\(\s*\)[^{]*\{[ \t]*\r?\n/m.exec(text);
    if (start === null || !/export\s+async/.test(start[0])) {
      project.note(`${existing}: begin register() with: ${HOOK.split('\n')[1]?.trim()}`);
      return;
    }
    const at = start.index + start[0].length;
    const indent = /^[ \t]+/.exec(text.slice(at))?.[0] ?? '  ';
    const line = `${indent}${HOOK.split('\n')[1]?.trim()}${lineEnd(text)}`;
    project.change(existing, text.slice(0, at) + line + text.slice(at));
    return;
  }
  const folder = project.paths.some((path) => /^src\/(?:app|pages)\//.test(path)) ? 'src/' : '';
  const name = `${folder}instrumentation.${project.paths.includes('tsconfig.json') ? 'ts' : 'js'}`;
  if (project.read(name)?.includes('@x/llm-otel/register') !== true) project.change(name, HOOK);
}

const listOf = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

/** Up to version 14 the settings are experimental, and next.config.mjs may have other experimental settings. */
const isOld = (range: string): boolean => Number(/\d+/.exec(range)?.[0] ?? 15) < 15;

function changeConfig(project: InitProject): void {
  const { manifest } = project;
  const packages = Object.values(sdks).map(({ module }): string => module);
  const names = [...packages.filter((name) => name in manifest.dependencies), '@x/llm-otel'];
  const path = project.paths.find((one) => CONFIG.test(one)) ?? 'next.config.mjs';
  const text = project.read(path);
  if (isOld(manifest.dependencies.next ?? '')) {
    const keys = `instrumentationHook: true, serverComponentsExternalPackages: [${listOf(names)}]`;
    const isThere = /instrumentationHook/.test(text ?? '') && names.every((name) => text?.includes(`'${name}'`));
    if (!isThere) project.note(`${path}: add to the configuration: experimental: { ${keys} }`);
    return;
  }
  if (text === undefined) {
    project.change(path, `export default {\n  serverExternalPackages: [${listOf(names)}],\n};\n`);
    return;
  }
  const changed = withExternals(text, names);
  if (changed === undefined)
    project.note(`${path}: add serverExternalPackages: [${listOf(names)}] to the configuration`);
  else project.change(path, withTracing(changed));
}

const LIST = /(serverExternalPackages\s*:\s*\[)([^\]]*)\]/;
const OBJECT =
  /(?:export\s+default|module\.exports\s*=|(?:const|let|var)\s+\w*[cC]onfig\w*(?:\s*:\s*[\w.]+)?\s*=)\s*\{/;

/** The text with all names in the list; undefined if the object is not to be found. */
function withExternals(text: string, names: readonly string[]): string | undefined {
  const list = LIST.exec(text);
  if (list !== null) {
    const missing = names.filter((name) => !new RegExp(`['"]${name}['"]`).test(list[2] ?? ''));
    if (missing.length === 0) return text;
    const kept = (list[2] ?? '').replace(/,?\s*$/, '');
    return text.replace(LIST, () => `${list[1]}${kept}${kept.trim() === '' ? '' : ', '}${listOf(missing)}]`);
  }
  return withLine(text, `serverExternalPackages: [${listOf(names)}],`);
}

const withTracing = (text: string): string =>
  /output\s*:\s*['"]standalone['"]/.test(text) &&
  !/@x\/llm-otel\/\*\*/.test(text) &&
  !text.includes('outputFileTracingIncludes')
    ? (withLine(text, TRACED) ?? text)
    : text;

/** The text with a line at the beginning of the configuration. */
function withLine(text: string, line: string): string | undefined {
  const object = OBJECT.exec(text);
  if (object === null) return undefined;
  const at = object.index + object[0].length;
  const [head, rest] = [text.slice(0, at), text.slice(at)];
  const inner = /^[ \t]*\r?\n([ \t]*)/.exec(rest);
  if (inner === null) return `${head} ${line} ${rest.trimStart()}`;
  return `${head}${lineEnd(text)}${inner[1] || '  '}${line}${rest}`;
}
