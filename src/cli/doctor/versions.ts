const numbersOf = (version: string): number[] => version.split(/[-+]/, 1).join('').split('.').map(Number);

/** Below 0 if `a` is older than `b`. What stands behind the three numbers is not compared. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return Number.isNaN(difference) ? 0 : difference;
  }
  return 0;
}

/** `4` of `4.104.0`. */
export const majorOf = (version: string): string => version.split('.', 1).join('');

/** Whether a version is in a range such as `>=4.0.0` or `^1.9.0`; a range of another form takes every version. */
export function isInRange(version: string, range: string): boolean {
  const [, sign, least = ''] = /^(\^|>=)(\d+\.\d+\.\d+)$/.exec(range) ?? [];
  if (sign === undefined) return true;
  return compareVersions(version, least) >= 0 && (sign === '>=' || majorOf(version) === majorOf(least));
}
