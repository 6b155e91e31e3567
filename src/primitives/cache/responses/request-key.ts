import { createHmac, hash } from 'node:crypto';
import type { FetchCall } from '../../fetch/cache-engine.ts';
import type { CacheSettings } from '../cache-settings.ts';
import { callKeyOrNone } from '../key/call-key.ts';

/** Headers that change the answer. */
const HEADERS = ['anthropic-version', 'anthropic-beta', 'openai-organization', 'openai-project'] as const;

/** The key of a request; `undefined` for a request without a key. */
export function requestKey(call: FetchCall, settings: CacheSettings): string | undefined {
  const { key } = settings;
  const request = (): unknown => ({
    method: call.method,
    url: call.url,
    headers: Object.fromEntries(HEADERS.map((name) => [name, call.headers.get(name)])),
    credentials: digestOf(call.credentials, settings),
    body: key === undefined ? (call.json ?? call.body) : key(call.json ?? call.body),
  });
  return callKeyOrNone(undefined, { ...settings, key: request });
}

/** Accounts have different answers, and the key of an entry shows nobody a credential. */
function digestOf(credentials: readonly string[], { keySecret }: Pick<CacheSettings, 'keySecret'>): string {
  const text = JSON.stringify(credentials);
  return keySecret === undefined
    ? hash('sha256', text, 'hex')
    : createHmac('sha256', keySecret).update(text).digest('hex');
}
