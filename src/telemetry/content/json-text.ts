/** A text that holds a JSON object or list as what it holds; everything else as it is. */
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
