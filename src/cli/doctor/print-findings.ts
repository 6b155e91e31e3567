import { escapeControls } from '../../pipeline/escape-controls.ts';
import type { TerminalLook } from '../terminal-look.ts';
import type { Finding, FindingStatus } from './finding.ts';

/** Signs of the states, in Unicode and in ASCII, and their colours. */
const SIGNS: Readonly<Record<FindingStatus, readonly [sign: string, ascii: string, color: number]>> = {
  ok: ['✓', '+', 32],
  warn: ['!', '!', 33],
  fail: ['✗', 'x', 31],
  skip: ['-', '-', 2],
};

/** Cells of the ids. */
const ID = 21;

/** The findings as lines with colours. All texts are safe to print. */
export function findingLines(findings: readonly Finding[], { colors, ascii }: TerminalLook): string[] {
  const paint = (text: string, color: number): string => (colors ? `\u001b[${color}m${text}\u001b[0m` : text);
  const lines = findings.flatMap(({ id, status, message, fix }) => {
    const [sign, plain, color] = SIGNS[status];
    const name = id.padEnd(ID);
    const line = `${paint(ascii ? plain : sign, color)} ${paint(name, 2)} ${escapeControls(message)}`;
    return fix === undefined ? [line] : [line, `  ${paint('fix:', 1)} ${escapeControls(fix)}`];
  });
  return [...lines, totals(findings)];
}

const count = (findings: readonly Finding[], status: FindingStatus): number =>
  findings.filter((one) => one.status === status).length;

/** `12 ok, 1 warnings, 0 failures`: the same form for every number, so that scripts can read the line. */
const totals = (findings: readonly Finding[]): string =>
  `${count(findings, 'ok')} ok, ${count(findings, 'warn')} warnings, ${count(findings, 'fail')} failures`;

/** The worst state. */
export function worstStatus(findings: readonly Finding[]): 'ok' | 'warn' | 'fail' {
  if (count(findings, 'fail') > 0) return 'fail';
  return count(findings, 'warn') > 0 ? 'warn' : 'ok';
}
