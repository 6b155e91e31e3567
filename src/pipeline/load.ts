import { createRequire } from 'node:module';

/** The parts that are loaded only where they are needed: file of the build and module it is built from. */
interface Parts {
  'register-providers': typeof import('../../register/patch-on-load.ts');
  'register-sdk': typeof import('./sdk/start-sdk.ts');
  'register-logs': typeof import('./sdk/logs.ts');
  'register-send': typeof import('./transport/send.ts');
  'register-otlp-proto': typeof import('./exporters/otlp-proto.ts');
  'register-otlp-json': typeof import('./exporters/otlp-json.ts');
  'register-console': typeof import('./exporters/console.ts');
  'register-zipkin': typeof import('./exporters/zipkin.ts');
  'register-prometheus': typeof import('./exporters/prometheus.ts');
  'register-b3': typeof import('./sdk/b3.ts');
}

const require = createRequire(__filename);

/**
 * Loads a part of the build. Synchronous, because the application's first line may already make a span and because
 * the last batch is serialized in an `exit` listener, where nothing asynchronous runs any more.
 */
export function load<Name extends keyof Parts>(name: Name): Parts[Name] {
  return require(`./${name}.cjs`) as Parts[Name];
}

/** Absolute path of a file of the build. */
export function built(name: string): string {
  return require.resolve(`./${name}.cjs`);
}
