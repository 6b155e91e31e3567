// Mutants that behave like the original, each with a reason: no test can kill them. A row of equivalent.json has the file,
// the line, the change (all changes of the line without it), and the line above where several lines read the same.
import { readFileSync } from 'node:fs';

/** Lines as they stand in the source, so that no row depends on line numbers. */
const rows = JSON.parse(readFileSync(new URL('equivalent.json', import.meta.url), 'utf8'));

const isOf = (mutant) => (row) =>
  row.file === mutant.path &&
  row.line === mutant.source &&
  (row.above ?? mutant.above) === mutant.above &&
  (row.change ?? mutant.change) === mutant.change;

/** Why `mutant` behaves like the original, if a row says so. */
export function equivalenceOf(mutant) {
  return rows.find(isOf(mutant))?.reason;
}

/** Rows that no longer belong to anything: the source has changed. */
export function staleRows(mutants) {
  return rows.filter((row) => !mutants.some((mutant) => isOf(mutant)(row)));
}
