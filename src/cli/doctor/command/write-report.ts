/**
 * Loaded behind `register` into the processes that `doctor -- COMMAND` starts: each process writes a report into the folder of the
 * variable.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { envText } from '../../../config/env.ts';
import { missedRequests } from '../../../patching/loading/missed-requests.ts';
import { patchedFiles } from '../../../patching/loading/tell-patched.ts';
import { status } from '../../../pipeline/status.ts';
import { environment } from '../../../runtime/platform.ts';
import { callCounts } from '../../../telemetry/call/call-counts.ts';
import { hostsWithoutCounts } from '../../../telemetry/call/streams-without-counts.ts';
import type { PatchedSdk, ProcessReport } from './process-report.ts';

/** Milliseconds between two reports: a process that a signal ends has no listener of the end. */
const INTERVAL_MS = 250;

function patchedSdks(): PatchedSdk[] {
  const found = new Map<string, PatchedSdk>();
  for (const { module, version, isEsm, methods } of patchedFiles()) {
    const format = isEsm ? 'esm' : 'cjs';
    found.set(`${module} ${version} ${format}`, { package: module, version, format, methods: methods() });
  }
  return [...found.values()];
}

function report(): ProcessReport {
  const { calls, failed } = callCounts();
  const traces = status().pipelines.filter(({ signal }) => signal === 'traces');
  const sum = (numberOf: (pipeline: (typeof traces)[number]) => number): number =>
    traces.reduce((total, pipeline) => total + numberOf(pipeline), 0);
  return {
    patched: patchedSdks(),
    calls,
    errors: failed,
    spans: sum(({ ended }) => ended),
    exported: sum(({ exported }) => exported),
    dropped: sum(({ dropped }) => Object.values(dropped).reduce((total, count) => total + count, 0)),
    lastError: traces.find(({ lastError }) => lastError !== undefined)?.lastError?.message,
    missed: missedRequests(),
    withoutCounts: hostsWithoutCounts(),
  };
}

function watch(folder: string): void {
  const file = join(folder, `${process.pid}.json`);
  let written = '';
  const write = (): void => {
    try {
      const text = JSON.stringify(report());
      if (text === written) return;
      writeFileSync(`${file}.tmp`, text);
      renameSync(`${file}.tmp`, file);
      written = text;
    } catch {
      // the doctor is gone
    }
  };
  write();
  setInterval(write, INTERVAL_MS).unref();
  // Behind the listener of register, which sends the last spans.
  process.on('exit', () => {
    process.once('exit', write);
    write();
  });
}

const folder = envText(environment(), 'LLM_OTEL_REPORT_FOLDER');
if (isMainThread && folder !== undefined) watch(folder);
