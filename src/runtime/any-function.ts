/** A function of which only the call is known. */
// biome-ignore lint/complexity/noBannedTypes: patched SDK functions have no common signature
export type AnyFunction = Function;
