/** Names of keys whose values are secrets. */
const SECRET_NAME = /api[-_]?key|token|secret|passw|authorization|credential|cookie|^key$/i;

/** Plain data in which the values of keys with the name of a secret are `***`. Numbers stay: no secret is one. */
export function maskSecrets(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(maskSecrets);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      typeof value === 'string' && SECRET_NAME.test(key) ? '***' : maskSecrets(value),
    ]),
  );
}
