import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';

/** Appends what was received to a file. */
export interface SavedFile {
  /** Appends a request as one line of OTLP JSON. */
  add(request: object): void;
  close(): void;
}

/** Opens a file that only this user can read. Throws if the file cannot be opened. */
export function saveFile(path: string, report: (message: string) => void): SavedFile {
  const file = openSync(path, 'a', 0o600);
  fchmodSync(file, 0o600);
  let hasFailed = false;
  return {
    add: (request) => {
      try {
        writeSync(file, `${JSON.stringify(request)}\n`);
      } catch (error) {
        // The view goes on; one message, not one a request.
        if (!hasFailed) report(`--save: ${(error as Error).message}`);
        hasFailed = true;
      }
    },
    close: () => closeSync(file),
  };
}
