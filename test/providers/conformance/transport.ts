import http from 'node:http';
import type { ScriptedServer } from './server.ts';

/** Told about every HTTP request; what it returns is called when the request is answered or has failed. */
export type RequestListener = (url: string) => () => void;

/**
 * Watches the two transports the SDKs use, as an HTTP instrumentation would: global `fetch`, and `http.request`
 * (node-fetch). Both kinds of run have it, so that the instrumented one differs in nothing else.
 */
export function watchTransport(server: ScriptedServer, listener: RequestListener): void {
  const fetch = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    // how SDKs find out what this fetch can send
    if (url.startsWith('data:')) return fetch(input, init);
    const done = listener(url);
    const answered = () => {
      done();
      server.of(url)?.headersSeen();
    };
    const response = fetch(input, init);
    response.then(answered, done);
    return response;
  };

  const request = http.request;
  http.request = ((...args: Parameters<typeof http.request>) => {
    const outgoing = Reflect.apply(request, http, args) as http.ClientRequest;
    const done = listener(outgoing.path);
    outgoing.once('response', () => {
      done();
      server.of(outgoing.path)?.headersSeen();
    });
    outgoing.once('close', done);
    return outgoing;
  }) as typeof http.request;
}
