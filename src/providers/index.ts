import { clients } from './clients.ts';
import { frameworks } from './frameworks.ts';

/** Every provider there is. */
export const providers = { ...clients, ...frameworks };
