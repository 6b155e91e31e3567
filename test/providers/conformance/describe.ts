/**
 * Values as JSON that two processes can compare: what differs from run to run by nature (ports, addresses of
 * processes, random ids) is replaced.
 */

const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/127\.0\.0\.1:\d+/g, 'SERVER'],
  [/\/s\d+\/v1/g, '/v1'],
  // what async hooks leave on promises
  [/,?\s*\[Symbol\((async_id_symbol|trigger_async_id_symbol|kResourceStore)\)\]: [^\n,]+/g, ''],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID'],
];

/** Fields of errors: headers hold dates, a socket its ports and byte counts. */
const UNCOMPARED: ReadonlySet<string> = new Set(['headers', 'cause', 'socket', 'port', 'stack']);

/** `text` without what differs from run to run. */
export function stable(text: string): string {
  return VOLATILE.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

/** An error as an application can tell it from another. */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { thrown: describe(error) };
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(error)) {
    if (!UNCOMPARED.has(key)) fields[key] = describe(Reflect.get(error, key), depth + 1);
  }
  const cause = depth < 2 && 'cause' in error && error.cause !== undefined;
  return {
    error: error.constructor.name,
    name: error.name,
    message: stable(error.message),
    fields,
    ...(cause ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}

/** Any value, to a depth that says what it is. */
export function describe(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return stable(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value === 'function') return `function ${value.name}`;
  if (value === undefined) return 'undefined';
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return describeError(value, depth);
  if (depth > 6) return '...';
  if (Array.isArray(value)) return value.map((item) => describe(item, depth + 1));
  if (value instanceof Response) return describeResponse(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength}`;
  const entries = Object.entries(value).map(([key, item]) => [key, describe(item, depth + 1)]);
  const kind = (Object.getPrototypeOf(value) as object | null)?.constructor?.name;
  return { ...(kind === 'Object' || kind === undefined ? {} : { '(class)': kind }), ...Object.fromEntries(entries) };
}

/** A result as `JSON.stringify` and reflection show it, hidden members included. */
export function anatomy(value: object): unknown {
  return {
    json: JSON.parse(JSON.stringify(value)) as unknown,
    keys: Object.keys(value),
    own: Object.getOwnPropertyNames(value),
    class: (Object.getPrototypeOf(value) as object | null)?.constructor?.name,
  };
}

/** The parts of a Response that say which one it is. Works for node-fetch's class too. */
export function describeResponse(response: Response): unknown {
  return {
    class: response.constructor.name,
    status: response.status,
    ok: response.ok,
    bodyUsed: response.bodyUsed,
    type: response.headers.get('content-type'),
    requestId: response.headers.get('x-request-id'),
    keys: Object.keys(response),
  };
}
