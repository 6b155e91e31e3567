import { warnOnce } from './log.ts';
