import { readFileSync } from 'node:fs';

/** The parts of a package.json that are read here. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly main?: string;
  readonly isModule: boolean;
  readonly scripts: Readonly<Record<string, string>>;
  /** Dependencies of every kind, with their ranges. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** Ranges of packages that the application installs beside. */
  readonly peers: Readonly<Record<string, string>>;
  /** Dependencies of the running application. */
  readonly runtime: Readonly<Record<string, string>>;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === 'string'));
}

/** Reads a package.json; undefined if the file cannot be read or is no JSON object. */
export function readManifest(file: string): Manifest | undefined {
  try {
    const data: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
    const fields = data as Readonly<Record<string, unknown>>;
    const runtime = { ...textsOf(fields.optionalDependencies), ...textsOf(fields.dependencies) };
    const [name, version, main] = [textOf(fields.name), textOf(fields.version), textOf(fields.main)];
    return {
      ...(name === undefined ? {} : { name }),
      ...(version === undefined ? {} : { version }),
      ...(main === undefined ? {} : { main }),
      isModule: fields.type === 'module',
      scripts: textsOf(fields.scripts),
      peers: textsOf(fields.peerDependencies),
      dependencies: { ...textsOf(fields.peerDependencies), ...textsOf(fields.devDependencies), ...runtime },
      runtime,
    };
  } catch {
    return undefined;
  }
}
