// Mutants that behave like the original, each with a reason: no test can kill them.
import { readFileSync } from 'node:fs';

/** Rows of equivalent.json: the line as it stands in the source, so that an entry does not depend on line numbers. */
const rows = JSON.parse(readFileSync(new URL('equivalent.json', import.meta.url), 'utf8'));

const isOf = (mutant) => (row) =>
  row.file === mutant.path && row.line === mutant.source && (row.change === undefined || row.change === mutant.change);

/** Why `mutant` behaves like the original, if a row says so. */
export function equivalenceOf(mutant) {
  return rows.find(isOf(mutant))?.reason;
}

/** Rows that no longer belong to anything: the source has changed. */
export function staleRows(mutants) {
  return rows.filter((row) => !mutants.some((mutant) => isOf(mutant)(row)));
}
