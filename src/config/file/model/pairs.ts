/** Pairs of a text; `isBroken` if a part of the text is no pair. */
export interface Pairs {
  readonly pairs: Record<string, string>;
  readonly isBroken: boolean;
}

/** Reads `key=value,key=value` with percent-encoded values, as in `OTEL_RESOURCE_ATTRIBUTES`. */
export function parsePairs(text: string): Pairs {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  const read = parts.map((part): readonly [string, string] | undefined => {
    const at = part.indexOf('=');
    const key = decoded(part.slice(0, Math.max(at, 0)).trim());
    return key ? [key, decoded(part.slice(at + 1).trim()) ?? part.slice(at + 1).trim()] : undefined;
  });
  const good = read.filter((pair) => pair !== undefined);
  return { pairs: Object.fromEntries(good), isBroken: good.length < parts.length };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
