import type { Command } from './command.ts';

/** Cells of the names of commands and options. */
const NAMES = 24;
/** No line of help is longer. */
const WIDEST = 100;

/** `text` in lines of at most {@link WIDEST} characters, each behind the indentation `indent` but the first. */
function wrapped(first: string, text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    const next = line === '' || line.endsWith(' ') ? `${line}${word}` : `${line} ${word}`;
    if (next.length > WIDEST && line.trim() !== '') {
      lines.push(line);
      line = `${' '.repeat(indent)}${word}`;
    } else line = next;
  }
  return [...lines, line];
}

function row(name: string, text: string): string[] {
  const before = `  ${name.padEnd(NAMES)}`;
  if (name.length < NAMES) return wrapped(before, text, before.length);
  return [before, ...wrapped(' '.repeat(NAMES + 2), text, NAMES + 2)];
}

/** Help for all commands. */
export function generalHelp(commands: Readonly<Record<string, Command>>): string[] {
  return [
    'llm-otel: OpenTelemetry for calls of language models',
    '',
    'usage: llm-otel <command> [options]',
    '',
    'commands:',
    ...Object.entries(commands).flatMap(([name, { summary }]) => row(name, summary)),
    '',
    'options:',
    ...row('-h, --help', 'print help, also of one command'),
    ...row('-v, --version', 'print the version'),
    '',
    'example: llm-otel run app.js',
  ];
}

/** Help for one command. */
export function commandHelp(name: string, { summary, operands, options, example }: Command): string[] {
  const forms = typeof operands === 'string' ? [operands] : operands;
  const usages = forms.map((form) => ['llm-otel', name, '[options]', form].filter((word) => word !== '').join(' '));
  const rows = Object.entries(options).flatMap(([option, { value, help, default: preset, repeats }]) =>
    row(
      `--${option}${value === undefined ? '' : ` ${value}`}`,
      [
        help,
        repeats === undefined ? undefined : '(may be repeated)',
        preset === undefined ? undefined : `(default: ${preset})`,
      ]
        .filter((part) => part !== undefined)
        .join(' '),
    ),
  );
  return [
    ...wrapped('', `llm-otel ${name}: ${summary}`, 2),
    '',
    ...usages.flatMap((usage, i) => wrapped(i === 0 ? 'usage: ' : '       ', usage, 9)),
    '',
    'options:',
    ...rows,
    ...row('-h, --help', 'print this help'),
    '',
    `example: ${example}`,
  ];
}
