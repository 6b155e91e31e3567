// Finds the alternatives of a regular expression, with the `|` that goes with each.

/**
 * Ranges of `literal`, a regular expression with its slashes, whose removal takes one alternative away. Groups count as
 * well; an empty alternative does not.
 *
 * @returns {[start: number, end: number][]}
 */
export function alternativesOf(literal) {
  const end = literal.lastIndexOf('/');
  const ranges = [];
  const groups = [{ start: 1, bars: [] }];
  const close = (at) => {
    const { start, bars } = groups.pop();
    if (bars.length > 0) ranges.push(...split(start, bars, at));
  };
  let inClass = false;
  for (let i = 1; i < end; i++) {
    const char = literal[i];
    if (char === '\\') i++;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else if (char === '(') groups.push({ start: i + prefixLength(literal.slice(i)), bars: [] });
    else if (char === ')') close(i);
    else if (char === '|') groups.at(-1).bars.push(i);
  }
  close(end);
  return ranges.sort(([a], [b]) => a - b);
}

/** Length of `(`, `(?:`, `(?<=`, `(?<name>` and the like. */
function prefixLength(group) {
  return /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(group)[0].length;
}

function split(start, bars, end) {
  const edges = [start - 1, ...bars, end];
  return edges.slice(1).flatMap((edge, i) => {
    const before = edges[i];
    if (edge - before <= 1) return [];
    // The first alternative takes the bar behind it along, all others the bar before them.
    return [i === 0 ? [start, edge + 1] : [before, edge]];
  });
}
