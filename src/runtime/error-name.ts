/** What an error calls itself, for a warning: its message may quote what somebody wrote. Never throws. */
export function errorName(error: unknown): string {
  try {
    return error instanceof Error ? error.name : typeof error;
  } catch {
    return 'an error that cannot be read';
  }
}
