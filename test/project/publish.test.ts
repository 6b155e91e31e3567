/** What stands between the repository and npm. */
import { execSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from '../support/spawn.ts';

const SCRIPT = join(ROOT, 'scripts/check-publish.mjs');
const CHANGELOG_SCRIPT = join(ROOT, 'scripts/changelog.mjs');
const PLACEHOLDER = ['https://github.com', 'x', 'llm-otel'].join('/');

interface Manifest {
  readonly version: string;
  readonly homepage: string;
  readonly repository: { readonly url: string };
  readonly bugs: { readonly url: string };
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

describe('a package', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'llm-otel-publish-'));
    mkdirSync(join(folder, '.github'));
    write('package.json', JSON.stringify({ ...manifest, version: '1.2.3' }));
    write('.github/CODEOWNERS', '# owners\n* @x\n');
    write('CHANGELOG.md', '# Changelog\n\n## 1.2.3 (2026-01-01)\n\n- One.\n\n## 1.2.2\n\n- Two.\n');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  function run(script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    const { GITHUB_REF_TYPE: _type, GITHUB_REF_NAME: _name, ...rest } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...rest, ...env },
    });
    return { status, stdout: stdout.trim(), stderr: stderr.trim() };
  }
  const ready = (): void => {
    run(SCRIPT, ['--set', 'https://github.com/acme/llm-otel']);
  };

  test('with the placeholder is refused, and told what to do', () => {
    write('package.json', JSON.stringify({ ...manifest, version: '1.2.3', homepage: `${PLACEHOLDER}#readme` }));
    const { status, stderr } = run(SCRIPT);
    expect(status).toBe(1);
    expect(stderr).toContain('--set https://github.com/OWNER/NAME');
  });

  test('gets its address in all places at once, and is ready then', () => {
    ready();
    expect(JSON.parse(read('package.json'))).toMatchObject({
      homepage: 'https://github.com/acme/llm-otel#readme',
      repository: { type: 'git', url: 'git+https://github.com/acme/llm-otel.git' },
      bugs: { url: 'https://github.com/acme/llm-otel/issues' },
    });
    expect(read('.github/CODEOWNERS')).toBe('# owners\n* @acme\n');
    expect(run(SCRIPT)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test.each(['acme/llm-otel', 'https://example.com/acme/llm-otel', PLACEHOLDER])('cannot be at %s', (address) => {
    const before = read('package.json');
    expect(run(SCRIPT, ['--set', address]).status).toBe(1);
    expect(read('package.json')).toBe(before);
  });

  test.each([
    ['no section of its version', '# Changelog\n\n## 1.2.2\n\n- Two.\n', 'no section 1.2.3'],
    ['changes without a version', '# Changelog\n\n## Unreleased\n\n- New.\n\n## 1.2.3\n\n- One.\n', 'under Unreleased'],
  ])('with a changelog that has %s is refused', (_what, changelog, message) => {
    ready();
    write('CHANGELOG.md', changelog);
    const { status, stderr } = run(SCRIPT);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });

  test.each([
    ['v1.2.3', 0],
    ['v1.2.4', 1],
  ])('with the tag %s ends with %i', (GITHUB_REF_NAME, status) => {
    ready();
    expect(run(SCRIPT, [], { GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME }).status).toBe(status);
  });

  test('that is a prerelease goes under next', () => {
    expect(run(SCRIPT, ['--dist-tag']).stdout).toBe('latest');
    write('package.json', JSON.stringify({ ...manifest, version: '2.0.0-rc.1' }));
    expect(run(SCRIPT, ['--dist-tag']).stdout).toBe('next');
  });

  test('gives its unreleased changes the version', () => {
    write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n- New.\n\n## 1.2.2\n\n- Two.\n');
    expect(run(CHANGELOG_SCRIPT, ['--release']).status).toBe(0);
    expect(read('CHANGELOG.md')).toMatch(
      /^# Changelog\n\n## 1\.2\.3 \(\d{4}-\d\d-\d\d\)\n\n- New\.\n\n## 1\.2\.2\n\n- Two\.\n$/,
    );
    expect(run(CHANGELOG_SCRIPT, ['--notes', '1.2.3']).stdout).toBe('- New.');
    expect(run(CHANGELOG_SCRIPT, ['--notes', '1.2']).status).toBe(1);
  });

  test('without changes has no next version', () => {
    write('CHANGELOG.md', '# Changelog\n\n## 1.2.2\n\n- Two.\n');
    const { status, stderr } = run(CHANGELOG_SCRIPT, ['--release']);
    expect(status).toBe(1);
    expect(stderr).toContain('## Unreleased');
  });
});

test('the three addresses of package.json are one', () => {
  const url = manifest.repository.url.replace(/^git\+|\.git$/g, '');
  expect(manifest).toMatchObject({ homepage: `${url}#readme`, bugs: { url: `${url}/issues` } });
});

test('the placeholder stands in package.json and in the script that refuses the placeholder', () => {
  const { status, stdout } = spawnSync('git', ['grep', '--untracked', '-l', '-F', PLACEHOLDER], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(status).toBeLessThan(2);
  const rest = stdout.split('\n').filter((path) => path !== '' && path !== 'package.json');
  expect(rest).toEqual(['scripts/check-publish.mjs']);
});

test('npm refuses before it publishes', () => {
  expect(manifest.scripts.prepublishOnly).toBe('node scripts/check-publish.mjs');
});

test('development dependencies are pinned exactly', () => {
  const loose = Object.entries(manifest.devDependencies).filter(
    ([, version]) => !/^(?:npm:[\w@/-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version),
  );
  expect(loose).toEqual([]);
});

test('the tarball has the documentation of users and not that of contributors', () => {
  const output = execSync('npm pack --dry-run --json --ignore-scripts', { cwd: ROOT, encoding: 'utf8' });
  const report: unknown = JSON.parse(output.slice(output.search(/^[[{]/m)));
  // npm 11 gives a list or, by the name of the package, an object.
  const [first] = Object.values(report as object) as { files: { path: string }[] }[];
  const files = first?.files.map(({ path }) => path) ?? [];
  expect(files).toEqual(
    expect.arrayContaining(['README.md', 'LICENSE', 'CHANGELOG.md', 'docs/telemetry.md', 'dist/index.cjs']),
  );
  expect(files.filter((path) => !/^(?:dist|docs)\/|^[\w.-]+$/.test(path))).toEqual([]);
  expect(files.filter((path) => /^docs\/(?:contributing|decisions)\//.test(path))).toEqual([]);
}, 120_000);
