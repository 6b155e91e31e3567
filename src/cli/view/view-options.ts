import { type CommandLine, UsageError } from '../command.ts';
import { isLoopback } from './serve/access.ts';
import type { StoreLimits } from './store/trace-store.ts';

/** A port option: the port, and whether the user named the port. */
export interface PortOption {
  readonly port: number;
  readonly isNamed: boolean;
}

/** What `view` was asked for. */
export interface ViewOptions {
  readonly otlp: PortOption;
  readonly ui: PortOption;
  readonly grpc: PortOption;
  readonly host: string;
  readonly token: string | undefined;
  readonly files: readonly string[];
  readonly save: string | undefined;
  readonly limits: StoreLimits;
  readonly hasJson: boolean;
  readonly opens: boolean;
  /** End with the program, also on a terminal. */
  readonly exits: boolean;
  readonly program: readonly string[];
  /** A program sends to the view: the view can take any port. */
  readonly hasProgram: boolean;
}

/** Defaults of the options with a number. */
const DEFAULTS = {
  port: 4318,
  'ui-port': 4399,
  'grpc-port': 4317,
  'max-spans': 20_000,
  'max-bytes': 268_435_456,
} as const;

/** Characters of a token that lets other machines in. */
const LEAST_TOKEN_LENGTH = 16;

/** Reads the options. Throws {@link UsageError}. */
export function readViewOptions({ options, repeated, operands, program }: CommandLine): ViewOptions {
  if (operands.length > 0)
    throw new UsageError(`view: unexpected "${operands[0]}"; a program stands behind --, a file behind --file`);
  if (program?.length === 0) throw new UsageError('view: expected a command behind --');
  const port = (name: 'port' | 'ui-port' | 'grpc-port'): PortOption => ({
    port: Number(options[name] ?? DEFAULTS[name]),
    isNamed: options[name] !== undefined,
  });
  const host = textOption(options.host) ?? '127.0.0.1';
  const token = textOption(options.token);
  if (!isLoopback(host) && token === undefined)
    throw new UsageError(
      `--host ${host}: other machines could read your prompts; add --token with at least ${LEAST_TOKEN_LENGTH} characters`,
    );
  if (token !== undefined && !new RegExp(`^[\\w.~+/-]{${LEAST_TOKEN_LENGTH},}=*$`).test(token))
    throw new UsageError(`--token: expected at least ${LEAST_TOKEN_LENGTH} letters, digits or -._~+/`);
  return {
    otlp: port('port'),
    ui: port('ui-port'),
    grpc: port('grpc-port'),
    host,
    token,
    files: repeated.file ?? [],
    save: textOption(options.save),
    limits: {
      maxSpans: Number(options['max-spans'] ?? DEFAULTS['max-spans']),
      maxBytes: Number(options['max-bytes'] ?? DEFAULTS['max-bytes']),
    },
    hasJson: options.json === true,
    opens: options.open === true,
    exits: options.exit === true,
    program: program ?? [],
    hasProgram: program !== undefined,
  };
}

const textOption = (value: string | true | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;
