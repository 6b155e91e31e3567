/** Name of an error, for a warning. Not the message: a message may quote text of a user. Never throws. */
export function errorName(error: unknown): string {
  try {
    return error instanceof Error ? error.name : typeof error;
  } catch {
    return 'an error that cannot be read';
  }
}
