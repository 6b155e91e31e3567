/** Options of content that goes to files: `OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK=upload`. */
import { integerInRange, oneOf, type Parse, usable } from '../parsers.ts';

/** Options of content that goes to files or to a store, with references on spans and events. */
export interface UploadOptions {
  /** `upload` writes the messages of model calls to files; spans and events hold the references. Default `none`. `OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK` */
  completionHook?: 'none' | 'upload';
  /** Where the files go: a folder, a `file://` URL, or any other URL together with `uploadModule`. `OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH` */
  uploadBasePath?: string;
  /** `json`: a file is one array. `jsonl`: a line for each message, with its `index`. Default `json`. `OTEL_INSTRUMENTATION_GENAI_UPLOAD_FORMAT` */
  uploadFormat?: 'json' | 'jsonl';
  /** Most files that wait, 64 MiB in total; further files are lost, with a warning. Default 1024. `OTEL_INSTRUMENTATION_GENAI_UPLOAD_MAX_QUEUE_SIZE` */
  uploadMaxQueueSize?: number;
  /** Path or npm name of a module with `put(path, bytes)`, which stores a file in place of the file system. `LLM_OTEL_UPLOAD_MODULE` */
  uploadModule?: string;
}

const text: Parse<string> = (raw) => (typeof raw === 'string' ? usable(raw.trim()) : { problem: 'expected a text' });

/** Default of each option. */
export const UPLOAD_DEFAULTS = {
  completionHook: 'none',
  uploadBasePath: '',
  uploadFormat: 'json',
  uploadMaxQueueSize: 1024,
  uploadModule: '',
} as const satisfies Required<UploadOptions>;

/** Variable and parser of each option. */
export const UPLOAD_FIELDS = {
  completionHook: {
    env: 'OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK',
    parse: oneOf(['none', 'upload'] as const),
  },
  uploadBasePath: { env: 'OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH', parse: text },
  uploadFormat: { env: 'OTEL_INSTRUMENTATION_GENAI_UPLOAD_FORMAT', parse: oneOf(['json', 'jsonl'] as const) },
  uploadMaxQueueSize: {
    env: 'OTEL_INSTRUMENTATION_GENAI_UPLOAD_MAX_QUEUE_SIZE',
    parse: integerInRange(1, 1_000_000),
  },
  uploadModule: { env: 'LLM_OTEL_UPLOAD_MODULE', parse: text },
} as const;
