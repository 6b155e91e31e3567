/** The parts of the build, each behind a literal `require`: scripts/build/write-parts.ts. */
type Parts = Readonly<Record<string, (() => unknown) | undefined>>;

function part(name: string): unknown {
  const get = (require('./parts.cjs') as Parts)[name];
  if (get === undefined) throw new Error(`the build has no part ${name}`);
  return get();
}

/**
 * Loads a part of the build that only some processes need. `Part` is the type of the module behind the part. Synchronous,
 * because the first line of the application may already make a span, and because the last batch is serialized in an `exit`
 * listener, where no promise settles.
 *
 * @param name name of the file in `dist`, without `.cjs`: a key of `entry` in tsdown.config.ts
 */
export function load<Part>(name: string): Part {
  return part(name) as Part;
}

/** Absolute path of the part `name` of the build. */
export function pathOfPart(name: string): string {
  return part(name) as string;
}
