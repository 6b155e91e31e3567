/** Options of content that goes to files: `OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK=upload`. */
import type { LlmOtelOptions } from '../../facts/llm-otel-options.ts';
import { integerInRange, oneOf, type Parse, usable } from '../parsers.ts';

type UploadOption = 'completionHook' | 'uploadBasePath' | 'uploadFormat' | 'uploadMaxQueueSize' | 'uploadModule';

const text: Parse<string> = (raw) => (typeof raw === 'string' ? usable(raw.trim()) : { problem: 'expected a text' });

/** Default of each option. */
export const UPLOAD_DEFAULTS = {
  completionHook: 'none',
  uploadBasePath: '',
  uploadFormat: 'json',
  uploadMaxQueueSize: 1024,
  uploadModule: '',
} as const satisfies Required<Pick<LlmOtelOptions, UploadOption>>;

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
