import { shownUrl, type Target } from '../../config/sdk/export-target.ts';
import { load } from '../../pipeline/load.ts';
import { countItems } from '../../pipeline/spool/count-items.ts';
import type { Listed } from '../../pipeline/spool/folder.ts';
import type { CommandContext, ExitCode } from '../command.ts';
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
export async function sendSpool(directory: string, { env, print, report }: CommandContext): Promise<ExitCode> {
  const pipelines = pipelinesIn(directory);
  const targetOf = targetFinder(env);
  // Requests do not keep a process alive.
  const alive = setInterval(() => {}, 1000);
  let code: ExitCode = 0;
  for (const pipeline of pipelines) {
    const path = pathOf(directory, pipeline);
    let [files, items] = [0, 0];
    for (const file of freeFiles(path)) {
      const sent = await sendFile(path, file, targetOf(pipeline, file.signal));
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
    print(`${pipeline}: ${files} files sent, ${items} items`);
  }
  clearInterval(alive);
  return code;
}

async function sendFile(path: string, file: Listed, target: Target): Promise<Sent | undefined> {
  if (file.isEncrypted)
    return { problem: `${file.name} is encrypted; a process with the same pipeline can send the file` };
  if (file.format === 'json' && target.transport === 'grpc')
    return { problem: `${file.name} is JSON, and gRPC takes none; send the file over HTTP` };
  const claimed = claimFile(path, file);
  if (claimed === undefined) return undefined;
  const body = readBody(path, claimed, file);
  if (body === undefined) {
    putAside(path, claimed);
    return { problem: `${file.name} is broken; the file is kept with the ending .bad` };
  }
  const { send } = load<typeof import('../../pipeline/transport/send.ts')>('pipeline-send');
  const outcome = await send(withFormat(target, file), body, Math.min(target.timeoutMs, MOST_MS));
  if (outcome.ok) {
    removeFile(path, claimed);
    return { items: countItems(body, file.format) - (outcome.rejected ?? 0) };
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
