/** The object or list of a JSON text; every other value unchanged. */
export function parsedJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const start = value.trimStart()[0];
  if (start !== '{' && start !== '[') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
