import { writeFileSync } from 'node:fs';
import { shownUrl } from '../../config/sdk/export-target.ts';
import { type CommandContext, type CommandLine, type ExitCode, UsageError } from '../command.ts';
import { readSettings } from '../read-settings.ts';
import { collectorDocument } from './collector-document.ts';

/** `collector-config [--endpoint URL] [--output FILE]`: the rules in use as a configuration of an OpenTelemetry Collector. */
export function run({ options, operands }: CommandLine, { env, print, report }: CommandContext): ExitCode {
  if (operands.length > 0) throw new UsageError(`collector-config: expected no operand, got "${operands[0]}"`);
  const { endpoint, output } = options;
  const base = endpoint === undefined ? undefined : addressOf(String(endpoint));
  const read = readSettings(env, report);
  if (read === undefined) return 1;
  const { lines, lacking, variables, pipelines } = collectorDocument({ sdk: read.sdk, endpoint: base });
  for (const line of lacking) report(line);
  if (pipelines.length === 0)
    throw new UsageError(
      'collector-config: no pipeline of the configuration sends OTLP; name a backend with --endpoint URL',
    );
  if (variables.length > 0) report(`the Collector needs the variables ${variables.join(', ')}`);
  if (typeof output !== 'string') {
    print(...lines);
    return 0;
  }
  try {
    writeFileSync(output, `${lines.join('\n')}\n`);
  } catch (error) {
    throw new UsageError(`--output: "${output}" cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
  return 0;
}

/** A base address of OTLP over HTTP. Throws a {@link UsageError} without the address if the address may hold a credential. */
function addressOf(text: string): string {
  if (!/^https?:\/\/./i.test(text) || !URL.canParse(text))
    throw new UsageError(`--endpoint: expected an address such as https://backend.example, got "${shownUrl(text)}"`);
  const { username, password, search } = new URL(text);
  if (username + password + search !== '')
    throw new UsageError(
      '--endpoint: expected an address without user, password and query; a credential belongs into a header',
    );
  return text.replace(/\/+$/, '');
}
