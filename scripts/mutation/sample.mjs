// A sample that the same seed draws again.

/** `size` of `items`, drawn by `seed`, in the order they were drawn. */
export function sampleOf(items, size, seed) {
  const random = randomOf(seed);
  const rest = [...items];
  const drawn = [];
  while (drawn.length < size && rest.length > 0) {
    const [item] = rest.splice(Math.floor(random() * rest.length), 1);
    drawn.push(item);
  }
  return drawn;
}

/** Mulberry32: 32 bits of state are enough to draw a few hundred of a few thousand. */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
