import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CommandLine } from '../../../src/cli/command.ts';
import { type RunningView, startView } from '../../../src/cli/view/start-view.ts';
import { readViewOptions } from '../../../src/cli/view/view-options.ts';

export interface TestView extends RunningView {
  readonly reports: readonly string[];
  /** Requests a path of the page's port; `host` and more by `headers`. */
  page(path: string, init?: RequestInit): Promise<Response>;
}

/** A folder that is removed after the test. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'view-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a view on free ports, until the test ends. */
export async function runningView(
  options: CommandLine['options'] = {},
  files: readonly string[] = [],
): Promise<TestView> {
  const folder = testFolder();
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>view</title>');
  const reports: string[] = [];
  const line: CommandLine = {
    options: { port: '0', 'ui-port': '0', 'grpc-port': '0', ...options },
    repeated: { file: files },
    operands: [],
    program: undefined,
  };
  const view = await startView(readViewOptions(line), folder, (message) => void reports.push(message));
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (!isClosed) await view.close();
    isClosed = true;
  };
  onTestFinished(close);
  return { ...view, close, reports, page: (path, init) => fetch(new URL(path, view.ui), init) };
}
