/**
 * The contract of a provider: which files of its SDK to watch for, and how to patch what they export.
 * Adding one is a folder with an `index.ts` that exports a {@link Provider}, a row in `sdks.ts` and a line in `clients.ts` or
 * `frameworks.ts`.
 */

import type { Bindings } from './wrapping/binding.ts';
import type { InstancePatcher } from './wrapping/instance-patcher.ts';
import type { Patcher } from './wrapping/patcher.ts';

/** How an SDK is found. */
export interface Sdk {
  /** Folder name; the tracer's name is `@x/llm-otel/` and this. */
  readonly name: string;
  /** npm name of the SDK. */
  readonly module: string;
  /**
   * Files of the SDK that hold the classes, without extension, relative to its root: `.js`, `.mjs` and `.cjs` are
   * watched.
   */
  readonly files: readonly string[];
  /** Functions in the scope of these files that have to be replaced, because nothing that is exported leads to them. */
  readonly bindings?: readonly string[];
  /** Product token of the SDK's `user-agent` header, to recognise calls of a copy that could not be patched; frameworks have none. */
  readonly userAgent?: RegExp;
}

/** One SDK, and the code that records it, which only a process that has the SDK needs. */
export interface ProviderEntry extends Sdk {
  load(): Provider;
}

/** One SDK, and how it is patched. */
export interface Provider extends Sdk {
  /**
   * Patches what `exports` of one of {@link files} gives access to. `false` if nothing in it is known; unknown versions
   * are tried by shape, never refused by number. `bindings` are those that were asked for, of a file that was loaded.
   */
  patch(exports: unknown, patcher: Patcher, bindings?: Bindings): boolean;
  /**
   * Patches one client and what it makes, and no other. `false` if it is no client of this SDK: known by its shape,
   * because the classes of a bundle have no names. Frameworks have no clients.
   */
  instrument?(client: object, patcher: InstancePatcher): boolean;
}
