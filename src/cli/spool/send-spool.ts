import { shownUrl, type Target } from '../../config/sdk/export-target.ts';
import type { ModuleName } from '../../config/sdk/module-name.ts';
import { countText } from '../../pipeline/batches/count-text.ts';
import { load } from '../../pipeline/load.ts';
import { countReadable } from '../../pipeline/spool/count-items.ts';
import { EncryptionModule } from '../../pipeline/spool/encryption.ts';
import type { Listed } from '../../pipeline/spool/folder.ts';
import { workingDirectory } from '../../runtime/files/working-directory.ts';
import type { CommandContext, CommandLine, ExitCode } from '../command.ts';
import { targetFinder } from './send-target.ts';
import {
  claimFile,
  freeFiles,
  pathOf,
  pipelinesIn,
  putAside,
  readBody,
  releaseFile,
  removeFile,
} from './spool-files.ts';

/** Longest time of one request in milliseconds where the exporter has no limit. */
const MOST_MS = 60_000;

/** What became of one file. */
type Sent = { readonly items: number } | { readonly problem: string; readonly endsPipeline?: boolean };

/** Sends every file of a spool directory to the OTLP endpoint that is configured, and removes what was sent. */
export async function sendSpool(
  directory: string,
  { env, print, report }: CommandContext,
  { encryption: module }: CommandLine['options'],
): Promise<ExitCode> {
  const pipelines = pipelinesIn(directory);
  const targetOf = targetFinder(env);
  const decrypts = new Decryption(typeof module === 'string' ? { module, from: workingDirectory() } : undefined);
  // Requests do not keep a process alive.
  const alive = setInterval(() => {}, 1000);
  let code: ExitCode = 0;
  for (const pipeline of pipelines) {
    const path = pathOf(directory, pipeline);
    let [files, items] = [0, 0];
    for (const file of freeFiles(path)) {
      const { target, encryption } = targetOf(pipeline, file.signal);
      const sent = await sendFile(path, file, target, await decrypts.moduleFor(file, encryption));
      if (sent === undefined) continue;
      if ('items' in sent) {
        files++;
        items += sent.items;
        continue;
      }
      code = 1;
      report(`${pipeline}: ${sent.problem}`);
      if (sent.endsPipeline) break;
    }
    print(`${pipeline}: ${countText(files, 'file')} sent, ${countText(items, 'item')}`);
  }
  clearInterval(alive);
  return code;
}

/** Modules that decrypt, each loaded with the first file that needs the module. */
class Decryption {
  readonly #option: ModuleName | undefined;
  readonly #modules = new Map<string, EncryptionModule>();

  /** @param option the module that the command line names, which goes before the configuration */
  constructor(option: ModuleName | undefined) {
    this.#option = option;
  }

  /** The module for a file; undefined if the file needs none, or nothing names one; a text: why the module cannot be used. */
  async moduleFor(
    { isEncrypted }: Listed,
    configured: ModuleName | null,
  ): Promise<EncryptionModule | string | undefined> {
    const name = this.#option ?? configured;
    if (!isEncrypted || name === null) return undefined;
    const key = JSON.stringify(name);
    const module = this.#modules.get(key) ?? new EncryptionModule(name);
    this.#modules.set(key, module);
    return module.ready().then(() => module, messageOf);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Why a file cannot be sent to the target at all. */
function obstacle(file: Listed, target: Target, encryption: EncryptionModule | string | undefined): string | undefined {
  if (file.isEncrypted && encryption === undefined)
    return `${file.name} is encrypted; name the module that decrypts the file: --encryption MODULE`;
  if (typeof encryption === 'string') return `${file.name} is encrypted, and ${encryption}; the file stays`;
  if (file.format === 'json' && target.transport === 'grpc')
    return `${file.name} is JSON, and gRPC takes none; send the file over HTTP`;
  return undefined;
}

async function sendFile(
  path: string,
  file: Listed,
  target: Target,
  encryption: EncryptionModule | string | undefined,
): Promise<Sent | undefined> {
  const problem = obstacle(file, target, encryption);
  if (problem !== undefined) return { problem };
  const claimed = claimFile(path, file);
  if (claimed === undefined) return undefined;
  let body: Uint8Array | undefined;
  try {
    body = readBody(path, claimed, file, encryption as EncryptionModule | undefined);
  } catch (error) {
    releaseFile(path, claimed);
    return { problem: `${file.name}: ${messageOf(error)}; the file stays` };
  }
  if (body === undefined) {
    putAside(path, claimed);
    return { problem: `${file.name} is broken; the file is kept with the ending .bad` };
  }
  return sendBody(path, claimed, file, target, body);
}

async function sendBody(path: string, claimed: string, file: Listed, target: Target, body: Uint8Array): Promise<Sent> {
  const { send } = load<typeof import('../../pipeline/transport/send.ts')>('pipeline-send');
  const outcome = await send(withFormat(target, file), body, Math.min(target.timeoutMs, MOST_MS));
  if (outcome.ok) {
    removeFile(path, claimed);
    return { items: countReadable(body, file.format) - (outcome.rejected ?? 0) };
  }
  releaseFile(path, claimed);
  return {
    problem: `${shownUrl(target.url)}: ${outcome.reason}; the file stays`,
    endsPipeline: outcome.retryable,
  };
}

/** The body is what it was when it was written, whatever the encoding is today. */
function withFormat(target: Target, { format }: Listed): Target {
  if (target.transport === 'grpc') return target;
  const type = format === 'json' ? 'application/json' : 'application/x-protobuf';
  return { ...target, headers: { ...target.headers, 'content-type': type } };
}
