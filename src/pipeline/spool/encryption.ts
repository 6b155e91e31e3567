import type { ModuleName } from '../../config/sdk/module-name.ts';
import { ignoreRejection } from '../../runtime/guard.ts';
import { firstLine } from '../../runtime/log.ts';
import { loadModule } from '../load-module.ts';

/** Encrypts and decrypts the bytes of requests. Synchronous: an `exit` listener writes requests too. */
export interface Encryption {
  encode(bytes: Buffer): Uint8Array;
  decode(bytes: Buffer): Uint8Array;
}

/** The module cannot be loaded, or has thrown. */
export class EncryptionError extends Error {}

/** The module of the user that encrypts requests. Loaded once; a module that cannot be loaded fails every call with the same error. */
export class EncryptionModule {
  readonly #name: ModuleName;
  #loaded: Encryption | undefined;
  #loading: Promise<void> | undefined;
  #error: EncryptionError | undefined;

  constructor(name: ModuleName) {
    this.#name = name;
  }

  /** True if the module can never be used. */
  get isUnusable(): boolean {
    return this.#error !== undefined;
  }

  /**
   * Loads the module, at once where Node can.
   * @param onLoaded called when the module is there or has failed, where the module could not be loaded at once
   */
  load(onLoaded: () => void = () => {}): void {
    if (this.#loaded !== undefined || this.#loading !== undefined || this.#error !== undefined) return;
    const take = (namespace: unknown): void => {
      this.#loaded = encryptionIn(namespace);
    };
    const fail = (error: unknown): void => {
      this.#error = this.#because(error);
    };
    try {
      const found = loadModule(this.#name);
      if (found instanceof Promise) this.#loading = found.then(take).catch(fail).then(onLoaded);
      else take(found);
    } catch (error) {
      fail(error);
    }
  }

  /** Waits until the module is there. Rejects with {@link EncryptionError}. */
  async ready(): Promise<void> {
    this.load();
    await this.#loading;
    this.isReady();
  }

  /** True when the module is there, false while the module is loading. Throws {@link EncryptionError} if the module is unusable. */
  isReady(): boolean {
    this.load();
    if (this.#error !== undefined) throw this.#error;
    return this.#loaded !== undefined;
  }

  /** Encrypted bytes; undefined while the module is loading. Throws {@link EncryptionError}. */
  encode(body: Uint8Array): Uint8Array | undefined {
    return this.isReady() ? this.#run('encode', body) : undefined;
  }

  /** Plain bytes; undefined while the module is loading. Throws {@link EncryptionError}. */
  decode(bytes: Uint8Array): Uint8Array | undefined {
    return this.isReady() ? this.#run('decode', bytes) : undefined;
  }

  #run(name: keyof Encryption, bytes: Uint8Array): Uint8Array {
    let result: unknown;
    try {
      result = this.#loaded?.[name](Buffer.from(bytes));
    } catch (error) {
      throw this.#because(`${name}() threw ${firstLine(error)}`);
    }
    if (result instanceof Uint8Array) return result;
    const kind = ignoreRejection(result) ? 'a promise' : typeof result;
    throw this.#because(`${name}() returned ${kind}, expected a Buffer at once`);
  }

  #because(error: unknown): EncryptionError {
    return new EncryptionError(`the encryption module ${this.#name.module} cannot be used: ${firstLine(error)}`);
  }
}

/** The two functions: exports by name, or of the default export, also twice where a compiler has made the module. */
function encryptionIn(namespace: unknown): Encryption {
  let found = namespace;
  for (let depth = 0; depth < 3 && typeof found === 'object' && found !== null; depth++) {
    const { encode, decode, default: inner } = found as Partial<Encryption> & { readonly default?: unknown };
    if (typeof encode === 'function' && typeof decode === 'function') return found as Encryption;
    found = inner;
  }
  throw new TypeError('the module has no functions encode and decode, by name or in its default export');
}
