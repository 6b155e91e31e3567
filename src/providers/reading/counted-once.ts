import { RecentIds } from './recent-ids.ts';

const counted = new RecentIds();

/**
 * True for the first caller with `id`: an answer that is made in the background is fetched several times, and its tokens
 * count once in a process.
 */
export const isFirstCount = (id: string): boolean => counted.add(id);
