/** True if every word, in lower case, stands in a key or a text somewhere in the value. */
export function hasWords(value: unknown, words: readonly string[]): boolean {
  const missing = new Set(words);
  const waiting: unknown[] = [value];
  while (missing.size > 0 && waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'object' && next !== null) {
      for (const [key, field] of Object.entries(next)) waiting.push(...(Array.isArray(next) ? [field] : [key, field]));
    } else if (next !== undefined && next !== null) {
      const text = String(next).toLowerCase();
      for (const word of missing) if (text.includes(word)) missing.delete(word);
    }
  }
  return missing.size === 0;
}
