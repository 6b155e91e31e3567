/**
 * In place of `src/pipeline/load.ts`, whose parts are files of the build. A test says
 * `vi.mock(import('.../src/pipeline/load.ts'), () => import('.../support/load.ts'))` and imports `support/parts.ts`.
 * Two files, because a part that imports `load.ts` while the mock of `load.ts` imports the part waits for ever.
 */
let parts: Readonly<Record<string, object>> = {};

export function setParts(all: Readonly<Record<string, object>>): void {
  parts = all;
}

export function load<Part>(name: string): Part {
  if (!(name in parts)) throw new Error(`test/pipeline/support/parts.ts has no part ${name}`);
  return parts[name] as Part;
}

export function pathOfPart(name: string): string {
  throw new Error(`there is no file of ${name}: a test that needs the thread at the end runs the build`);
}
