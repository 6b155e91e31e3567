/** In-memory capture of the package's telemetry, for the tests of applications. Works in vitest, jest and node:test. */

export type { LlmOtelOptions } from '../config/options.ts';
export { startCapture } from './capture.ts';
export type {
  Capture,
  CapturedEvent,
  CapturedMessage,
  CapturedMetric,
  CapturedSpan,
  LlmCall,
  MessagePart,
  ToolRun,
} from './capture-types.ts';
