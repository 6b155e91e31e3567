/** What became of a line, or of a field. */
export type DiffKind = 'same' | 'changed' | 'added' | 'removed';

/** A row of a comparison. */
export interface DiffRow {
  readonly kind: DiffKind;
  readonly name: string;
  readonly a: string;
  readonly b: string;
}

/** Cells of the table of a comparison by lines: more would take seconds. Larger texts are compared line by line in order. */
const MOST_CELLS = 4_000_000;

/** Compares two lists of lines by their longest common sequence. */
export function diffLines(name: string, a: readonly string[], b: readonly string[]): DiffRow[] {
  const rows: DiffRow[] = [];
  const isLarge = a.length * b.length > MOST_CELLS;
  const common = isLarge ? undefined : commonLengths(a, b);
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      rows.push({ kind: 'same', name, a: left, b: left });
      i++;
      j++;
    } else if (common === undefined && left !== undefined && right !== undefined) {
      rows.push({ kind: 'changed', name, a: left, b: right });
      i++;
      j++;
    } else if (
      left !== undefined &&
      (right === undefined || lengthAt(common, i + 1, j) >= lengthAt(common, i, j + 1))
    ) {
      rows.push({ kind: 'removed', name, a: left, b: '' });
      i++;
    } else {
      rows.push({ kind: 'added', name, a: '', b: right ?? '' });
      j++;
    }
  }
  return rows;
}

const lengthAt = (common: readonly Uint32Array[] | undefined, i: number, j: number): number => common?.[i]?.[j] ?? 0;

/** `[i][j]`: the number of lines that `a` from i on and `b` from j on have in common, in order. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = common[i] as Uint32Array;
      row[j] =
        a[i] === b[j]
          ? lengthAt(common, i + 1, j + 1) + 1
          : Math.max(lengthAt(common, i + 1, j), lengthAt(common, i, j + 1));
    }
  return common;
}

/** Compares named values: the names of `a` in order, then the names that `b` alone has. */
export function diffFields(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): DiffRow[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => {
    const [left, right] = [a[name], b[name]];
    const kind = left === undefined ? 'added' : right === undefined ? 'removed' : left === right ? 'same' : 'changed';
    return { kind, name, a: left ?? '', b: right ?? '' };
  });
}
