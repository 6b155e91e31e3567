import type { Place } from '../place.ts';
import { DOCKER } from './docker.ts';
import { NEXT, VERCEL } from './next.ts';
import { PM2 } from './pm2.ts';
import { NEST, NPM } from './scripts.ts';

/** The places that `init` changes, by the names of `--for`. */
export const PLACES = {
  npm: NPM,
  docker: DOCKER,
  next: NEXT,
  vercel: VERCEL,
  pm2: PM2,
  nest: NEST,
} as const satisfies Record<string, Place>;
