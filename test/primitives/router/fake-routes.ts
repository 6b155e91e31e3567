import type { Route } from '../../../src/primitives/router/router-options.ts';
import type { CallContext } from '../../../src/primitives/types.ts';

/** An error of an SDK with a status and headers. */
export const failure = (status: number, headers: Record<string, string> = {}): Error =>
  Object.assign(new Error(`HTTP ${status}`), { status, headers: new Headers(headers) });

/** An error of a connection, as undici makes the error. */
export const networkError = (): Error =>
  Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) });

/** A route whose answers are taken from a script; the last answer is repeated. An error is thrown. */
export function scripted(name: string, script: readonly unknown[], more: Partial<Route> = {}): Scripted {
  const contexts: CallContext[] = [];
  let turn = 0;
  const route: Route = {
    name,
    ...more,
    call: async (_input: unknown, context: CallContext) => {
      contexts.push(context);
      const answer = script[Math.min(turn++, script.length - 1)];
      if (answer instanceof Error) throw answer;
      return typeof answer === 'function' ? await (answer as (context: CallContext) => unknown)(context) : answer;
    },
  };
  return { route, contexts };
}

/** A route, and the contexts of its calls. */
export interface Scripted {
  readonly route: Route;
  readonly contexts: CallContext[];
}

/** A stream of chunks; an error is thrown in its turn. */
export function chunksOf(...chunks: readonly unknown[]): () => AsyncIterable<unknown> {
  return async function* () {
    for (const chunk of chunks) {
      if (chunk instanceof Error) throw chunk;
      yield chunk;
    }
  };
}

/** Everything that a stream gives; an error at the end is the last element. */
export async function readAll(call: Promise<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  try {
    for await (const chunk of (await call) as AsyncIterable<unknown>) seen.push(chunk);
  } catch (error) {
    seen.push(error);
  }
  return seen;
}
