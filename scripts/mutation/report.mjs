// What a run has found, as text.

/** Scores by stage, and every survivor with its place and change. */
export function report(results, drawn) {
  const counted = results.filter(({ killedBy }) => killedBy !== 'equivalent');
  const killed = (...stages) => counted.filter(({ killedBy }) => stages.includes(killedBy)).length;
  const narrow = killed('narrow');
  const folder = narrow + killed('folder');
  const whole = folder + killed('conformance');
  const share = (count) =>
    `${count} of ${counted.length} (${((count / Math.max(1, counted.length)) * 100).toFixed(0)} %)`;
  const survivors = counted.filter(({ killedBy }) => killedBy === undefined);
  return [
    '',
    `${results.length} of ${drawn} mutants were run, ${results.length - counted.length} of them are equivalent and do not count.`,
    `killed by the narrow tests     ${share(narrow)}`,
    `... or those of the folders    ${share(folder)}`,
    `... or by a conformance table  ${share(whole)}`,
    '',
    survivors.length === 0 ? 'No survivors.' : `Survivors (${survivors.length}):`,
    ...survivors.map(
      ({ mutant }) => `  ${mutant.path}:${mutant.line} ${mutant.kind}: ${mutant.change}\n      ${mutant.source}`,
    ),
  ].join('\n');
}
