/** Where files with content go: a folder, or a module of the user. */
import type { Config } from '../../../config/options.ts';
import { builtin } from '../../../runtime/platform.ts';

const fs = builtin('node:fs');
const paths = builtin('node:path');
const urls = builtin('node:url');

/** Keeps files. */
export interface UploadTarget {
  /** Begin of all addresses, without a slash at the end. */
  readonly base: string;
  /** Stores a file. Rejects if the file cannot be stored. */
  put(path: string, bytes: Uint8Array): Promise<void>;
  /** Stores a file at once, for the end of the process; undefined for a target that takes time. */
  readonly putNow: ((path: string, bytes: Uint8Array) => void) | undefined;
}

/** Only the user reads files with content. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

const URL_START = /^[a-z][a-z0-9+.-]+:\/\//i;

/** The modules of Node that files need. */
interface Files {
  readonly fs: NonNullable<typeof fs>;
  readonly paths: NonNullable<typeof paths>;
  readonly urls: NonNullable<typeof urls>;
}

/** The target that the options name, or why there is none. */
export function uploadTarget({
  uploadBasePath,
  uploadModule,
}: Pick<Config, 'uploadBasePath' | 'uploadModule'>): UploadTarget | { readonly problem: string } {
  if (uploadBasePath === '')
    return { problem: 'no address is set. Set OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH to a folder or a URL' };
  if (fs === undefined || paths === undefined || urls === undefined)
    return { problem: 'this runtime has no files. Use Node' };
  const files = { fs, paths, urls };
  const base = uploadBasePath.replace(/\/+$/, '');
  if (uploadModule !== '') return moduleTarget(base, uploadModule, files);
  const scheme = URL_START.test(uploadBasePath) ? uploadBasePath.split(':')[0] : undefined;
  if (scheme !== undefined && scheme !== 'file')
    return {
      problem: `${scheme}:// needs a module that stores files. Set LLM_OTEL_UPLOAD_MODULE to a module with put(path, bytes)`,
    };
  try {
    return folderTarget(scheme === 'file' ? urls.fileURLToPath(uploadBasePath) : paths.resolve(uploadBasePath), files);
  } catch (error) {
    return { problem: `the address cannot be used (${String(error)}). Set a folder, or a URL as in file:///data` };
  }
}

function folderTarget(folder: string, { fs, paths, urls }: Files): UploadTarget {
  // Under another name first: a reader must not find half a file. With the id of the process: shared files have several writers.
  const placeOf = (path: string): { folder: string; file: string; draft: string } => {
    const file = urls.fileURLToPath(path);
    const folder = paths.dirname(file);
    return { folder, file, draft: paths.join(folder, `.${process.pid}-${paths.basename(file)}`) };
  };
  return {
    base: urls.pathToFileURL(folder).href.replace(/\/+$/, ''),
    async put(path, bytes) {
      const { folder, file, draft } = placeOf(path);
      await fs.promises.mkdir(folder, { recursive: true, mode: FOLDER_MODE });
      await fs.promises.writeFile(draft, bytes, { mode: FILE_MODE });
      await fs.promises.rename(draft, file);
    },
    putNow(path, bytes) {
      const { folder, file, draft } = placeOf(path);
      fs.mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
      fs.writeFileSync(`${draft}.end`, bytes, { mode: FILE_MODE });
      fs.renameSync(`${draft}.end`, file);
      // The draft of a write that the end of the process cuts off. Node may still open the draft after this line, and writes no more.
      fs.rmSync(draft, { force: true });
    },
  };
}

/** A module of the user. */
interface Store {
  put(path: string, bytes: Uint8Array): unknown;
}

function moduleTarget(base: string, module: string, files: Files): UploadTarget {
  let store: Promise<Store> | undefined;
  return {
    base,
    async put(path, bytes) {
      store ??= loadStore(module, files);
      await (await store).put(path, bytes);
    },
    putNow: undefined,
  };
}

async function loadStore(module: string, { fs, paths, urls }: Files): Promise<Store> {
  const file = module.startsWith('file:') ? urls.fileURLToPath(module) : paths.resolve(module);
  const isFile = fs.existsSync(file);
  const found = isFile ? file : builtin('node:module')?.createRequire(paths.resolve('index.js')).resolve(module);
  if (found === undefined) throw new Error(`${module} cannot be found`);
  const exports = (await import(urls.pathToFileURL(found).href)) as Partial<Store> & { readonly default?: unknown };
  const store = typeof exports.put === 'function' ? exports : (exports.default as Partial<Store> | undefined);
  if (typeof store?.put !== 'function') throw new Error(`${module} exports no function put`);
  return store as Store;
}
