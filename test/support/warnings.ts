import { afterEach, beforeEach, vi } from 'vitest';

/**
 * What is written to stderr in a test of this file. A warning is said once a process, so every test gets modules of its own:
 * import what is tested inside of it.
 */
export function freshWarnings(): () => string {
  let said = '';
  beforeEach(() => {
    vi.resetModules();
    said = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return () => said;
}
