import { countText } from '../../pipeline/batches/count-text.ts';
import { readSpool } from '../../pipeline/spool/read-spool.ts';
import { type CommandContext, type CommandLine, type ExitCode, UsageError } from '../command.ts';
import { suggestion } from '../parse-command-line.ts';
import { sendSpool } from './send-spool.ts';
import { pathOf, pipelinesIn, removeFiles } from './spool-files.ts';

type Action = (
  directory: string,
  context: CommandContext,
  options: CommandLine['options'],
) => Promise<ExitCode> | ExitCode;

const ACTIONS = {
  ls: listSpool,
  send: sendSpool,
  rm: removeSpool,
} as const satisfies Record<string, Action>;

/** `spool ls|send|rm DIR` */
export function run({ operands, options }: CommandLine, context: CommandContext): Promise<ExitCode> | ExitCode {
  const [action = '', directory, ...more] = operands;
  if (!Object.hasOwn(ACTIONS, action)) {
    const names = Object.keys(ACTIONS);
    throw new UsageError(`spool: expected one of ${names.join(', ')}, got "${action}"${suggestion(action, names)}`);
  }
  if (directory === undefined || more.length > 0) throw new UsageError(`spool ${action}: expected one directory`);
  return (ACTIONS[action as keyof typeof ACTIONS] as Action)(directory, context, options);
}

function listSpool(directory: string, { print }: CommandContext, { json }: CommandLine['options']): ExitCode {
  pipelinesIn(directory);
  const rows = readSpool(directory);
  if (json) print(JSON.stringify(rows.map((row) => ({ ...row, oldest: timeOf(row.oldest) ?? null }))));
  else
    for (const { pipeline, files, bytes, items, oldest } of rows)
      print(
        `${pipeline}: ${countText(files, 'file')}, ${countText(bytes, 'byte')}, ${countText(items, 'item')}, oldest ${timeOf(oldest) ?? 'none'}`,
      );
  return 0;
}

const timeOf = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString();

function removeSpool(directory: string, { print }: CommandContext): ExitCode {
  for (const pipeline of pipelinesIn(directory))
    print(`${pipeline}: ${countText(removeFiles(pathOf(directory, pipeline)), 'file')} removed`);
  return 0;
}
