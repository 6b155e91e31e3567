/**
 * `1 span`, `2 spans`, for messages.
 * @param noun in the singular; the plural has an `s`
 */
export const countText = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
