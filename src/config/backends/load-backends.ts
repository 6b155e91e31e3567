type Backends = typeof import('./backends.ts');

/** Loads the table of products, which stands in a file of the build of its own: most processes name no product. */
export const loadBackends = (): Backends => require('./config-backends.cjs') as Backends;
