// Runs tests in a process of its own that is replaced when it hangs.
import { fork } from 'node:child_process';
import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How long a run may take that took `usual` milliseconds before the change. */
const limit = (usual) => 15_000 + 3 * usual;

/** A vitest over the tree in `root`. */
export class Session {
  #child;
  #ready;
  #root;
  /** Sources that have changed since the last run. */
  #changed = new Set();

  constructor(root) {
    this.#root = root;
  }

  /** Writes a source; the next run reads the source again. */
  write(path, text) {
    const full = join(this.#root, path);
    const { atime, mtime } = statSync(full);
    writeFileSync(full, text);
    // Tests that run the build refuse one that is older than the sources.
    utimesSync(full, atime, mtime);
    this.#changed.add(path);
  }

  /**
   * Runs `files` until one fails. `usual`: how many milliseconds they take without a change.
   *
   * @returns {Promise<{ passed: boolean, failure?: string, milliseconds: number }>}
   */
  async run(files, usual) {
    await this.#start();
    const started = performance.now();
    const child = this.#child;
    const changed = [...this.#changed];
    this.#changed.clear();
    const result = await new Promise((resolve) => {
      const timer = setTimeout(() => {
        child.removeAllListeners();
        this.close();
        resolve({ passed: false, failure: 'took too long' });
      }, limit(usual));
      const done = (answer) => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve(answer);
      };
      child.once('message', done);
      child.once('exit', (code) => {
        this.#child = undefined;
        done({ passed: false, failure: `the process of the tests ended with ${code}` });
      });
      child.send({ files, changed });
    });
    return { ...result, milliseconds: performance.now() - started };
  }

  async #start() {
    if (this.#child !== undefined) return this.#ready;
    const child = fork(join(this.#root, 'scripts/mutation/tester.mjs'), {
      cwd: this.#root,
      stdio: 'ignore',
      execArgv: ['--max-old-space-size=1536'],
      env: { ...process.env, NODE_ENV: 'test', VITEST: 'true' },
    });
    this.#child = child;
    this.#ready = new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', () => reject(new Error('vitest did not start in the copy of the tree.')));
    });
    await this.#ready;
    child.removeAllListeners();
  }

  /** Ends the process; the next run starts another. */
  close() {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}
