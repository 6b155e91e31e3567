/**
 * Content that goes to files, as opentelemetry-util-genai of Python writes files: names, formats and attributes are the same, so
 * that a reader of one reads the other. Loaded only with `completionHook: 'upload'`.
 */
import type { Attributes } from '@opentelemetry/api';
import type { Config } from '../../../config/options.ts';
import { warnOnce } from '../../../runtime/log.ts';
import type { PreparedContent } from '../prepare.ts';
import { filesOf } from './content-files.ts';
import { UploadQueue } from './upload-queue.ts';
import { type UploadTarget, uploadTarget } from './upload-target.ts';

/** Where the files of one configuration go. */
interface Uploader {
  readonly target: UploadTarget;
  readonly queue: UploadQueue;
}

const uploaders = new WeakMap<Config, Uploader | { readonly target: undefined }>();

/** Queues the files of a call, and returns an attribute with the address of each file. Never waits. */
export function uploadContent(content: PreparedContent, config: Config): Attributes {
  const { target, queue } = uploaderOf(config);
  if (target === undefined) return {};
  const attributes: Attributes = {};
  for (const file of filesOf(content, config.uploadFormat)) {
    const path = `${target.base}/${file.name}`;
    queue.add({ ...file, path });
    attributes[file.attribute] = path;
  }
  return attributes;
}

function uploaderOf(config: Config): Uploader | { readonly target: undefined; readonly queue?: undefined } {
  let uploader = uploaders.get(config);
  if (uploader === undefined) {
    const target = uploadTarget(config);
    if ('problem' in target) {
      warnOnce(`messages go to no files, because ${target.problem}.`);
      uploader = { target: undefined };
    } else uploader = { target, queue: new UploadQueue(target, config.uploadMaxQueueSize) };
    uploaders.set(config, uploader);
  }
  return uploader;
}
