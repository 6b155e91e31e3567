/**
 * The contract of a provider: the files of the SDK to watch, and how to patch the exports of the files. A new provider
 * is a folder with an `index.ts` exporting a {@link Provider}, and a row in `sdks.ts`; `npm run generate` writes the rest.
 */

import type { Companions } from './loading/watched-package.ts';
import type { Bindings } from './wrapping/binding.ts';
import type { InstancePatcher } from './wrapping/instance-patcher.ts';
import type { Patcher } from './wrapping/patcher.ts';

/** How to find an SDK. */
export interface Sdk {
  /** Name of the provider's folder. The tracer's name is `@x/llm-otel/` plus the folder's name. */
  readonly name: string;
  /** npm name of the SDK. */
  readonly module: string;
  /** Exported classes of clients, the usual one first; frameworks have none. */
  readonly clientClasses?: readonly string[];
  /** Classes of frameworks whose requests go through this SDK (`ChatOpenAI`): the SDK's span is the span of the call. */
  readonly frameworkClasses?: readonly string[];
  /**
   * Files with the classes of the SDK: paths from the root of the package, without extension. `.js`, `.mjs` and `.cjs`
   * are watched.
   */
  readonly files: readonly string[];
  /** Functions in the scope of {@link files} that have to be replaced, because no export leads to the functions. */
  readonly bindings?: readonly string[];
  /** Further packages with classes of the SDK: {@link Provider.patch} gets the classes of a file as bindings. */
  readonly companions?: Companions;
  /**
   * Product token of the SDK's `user-agent` header, to recognise requests of an unpatched copy. Frameworks send no
   * requests. The group `companion` stands for the name of a companion, without `@`.
   */
  readonly userAgent?: RegExp;
  /** Paths to which the recorded methods post, with `userAgent`: only requests to such paths can be missed. */
  readonly modelPath?: RegExp;
}

/** An SDK, and a function that loads the recording code. Only a process with the SDK needs the code. */
export interface ProviderEntry extends Sdk {
  load(): Provider;
}

/** An SDK, and how to patch the SDK. */
export interface Provider extends Sdk {
  /**
   * Patches the classes reachable from `exports`, the exports of one of {@link files}. `false` if no class is
   * recognised. Classes are recognised by shape, also in unknown versions; no version is refused by number. `bindings`
   * are the functions asked for by {@link Sdk.bindings} or the classes of {@link Sdk.companions}, if a watched file was loaded.
   */
  patch(exports: unknown, patcher: Patcher, bindings?: Bindings): boolean;
  /**
   * Patches `client` and the objects that `client` creates, and leaves every other client alone. `false` if `client` is
   * no client of the SDK. A client is recognised by shape, because the classes of a bundle have no names. Frameworks
   * have no clients.
   */
  instrument?(client: object, patcher: InstancePatcher): boolean;
}
