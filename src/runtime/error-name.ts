/** Name of an error, for a warning. Not the message: a message may quote text of a user. Never throws. */
export function errorName(error: unknown): string {
  try {
    const name: unknown = error instanceof Error ? error.name : typeof error;
    return typeof name === 'string' ? name : 'Error';
  } catch {
    return 'an error that cannot be read';
  }
}
