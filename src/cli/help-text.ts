import type { Command } from './command.ts';

const WIDTH = 24;

const row = (name: string, text: string): string => `  ${name.padEnd(WIDTH)}${text}`;

/** Help for all commands. */
export function generalHelp(commands: Readonly<Record<string, Command>>): string[] {
  return [
    'llm-otel: OpenTelemetry for calls of language models',
    '',
    'usage: llm-otel <command> [options]',
    '',
    'commands:',
    ...Object.entries(commands).map(([name, { summary }]) => row(name, summary)),
    '',
    'options:',
    row('-h, --help', 'print help, also of one command'),
    row('-v, --version', 'print the version'),
    '',
    'example: llm-otel config',
  ];
}

/** Help for one command. */
export function commandHelp(name: string, { summary, operands, options, example }: Command): string[] {
  const usage = ['llm-otel', name, '[options]', operands].filter((word) => word !== '').join(' ');
  const rows = Object.entries(options).map(([option, { value, help, default: preset }]) =>
    row(
      `--${option}${value === undefined ? '' : ` ${value}`}`,
      preset === undefined ? help : `${help} (default: ${preset})`,
    ),
  );
  return [
    `llm-otel ${name}: ${summary}`,
    '',
    `usage: ${usage}`,
    '',
    'options:',
    ...rows,
    row('-h, --help', 'print this help'),
    '',
    `example: ${example}`,
  ];
}
