/** Lines around a change. */
const CONTEXT = 3;

const linesOf = (text: string): string[] => {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

/** The change of a file as a unified diff of one hunk. `before` is undefined for a new file. */
export function unifiedDiff(path: string, before: string | undefined, after: string): string[] {
  const [old, next] = [linesOf(before ?? ''), linesOf(after)];
  let start = 0;
  while (start < old.length && start < next.length && old[start] === next[start]) start++;
  let same = 0;
  while (same < Math.min(old.length, next.length) - start && old.at(-1 - same) === next.at(-1 - same)) same++;
  const from = Math.max(0, start - CONTEXT);
  const [oldEnd, nextEnd] = [old.length - same, next.length - same];
  const tail = old.slice(oldEnd, oldEnd + CONTEXT);
  const range = (lines: number): string => `${lines === 0 ? from : from + 1},${lines}`;
  const head = start - from + tail.length;
  return [
    before === undefined ? '--- /dev/null' : `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -${range(oldEnd - start + head)} +${range(nextEnd - start + head)} @@`,
    ...old.slice(from, start).map((line) => ` ${line}`),
    ...old.slice(start, oldEnd).map((line) => `-${line}`),
    ...next.slice(start, nextEnd).map((line) => `+${line}`),
    ...tail.map((line) => ` ${line}`),
  ];
}
