/** A header of a request of undici. */
export interface UndiciHeader {
  /** In lower case. */
  readonly name: string;
  readonly value: unknown;
  /** The name in an array of headers, or the line in a string, as found. */
  readonly original: unknown;
}

/** The headers of a request of undici: an array of names and values in turns, or one string in the undici of Node 20. */
export function undiciHeaders(headers: unknown): UndiciHeader[] {
  if (typeof headers === 'string') return headers.split('\r\n').filter(Boolean).map(headerOfLine);
  const list = Array.isArray(headers) ? (headers as unknown[]) : [];
  const found: UndiciHeader[] = [];
  for (let i = 0; i + 1 < list.length; i += 2)
    found.push({ name: String(list[i]).toLowerCase(), value: list[i + 1], original: list[i] });
  return found;
}

function headerOfLine(line: string): UndiciHeader {
  const colon = line.indexOf(':');
  return { name: line.slice(0, colon).toLowerCase(), value: line.slice(colon + 1).trim(), original: line };
}
