/** A function with unknown parameters and an unknown result. */
// biome-ignore lint/complexity/noBannedTypes: patched SDK functions have no common signature
export type AnyFunction = Function;
