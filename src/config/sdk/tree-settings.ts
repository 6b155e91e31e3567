import { environment } from '../../runtime/platform.ts';
import type { OutputName } from '../../runtime/write-output.ts';
import { type Env, envText, envValue } from '../env.ts';
import { booleanValue, integerInRange, MAX_TIMER_MS, oneOf } from '../parsers.ts';

/** How the tree of model calls is printed. */
export interface TreeSettings {
  readonly output: OutputName;
  /** `json`: one object a model call in place of the tree. */
  readonly format: 'tree' | 'json';
  /** Cells of a line, 60 to 200; undefined: the width of the terminal. */
  readonly width: number | undefined;
  /** Cells of a line where neither the user nor the terminal says a width. */
  readonly columns: number | undefined;
  /** Undefined: colours on a terminal. */
  readonly colors: boolean | undefined;
  /** The terminal has ASCII alone. */
  readonly ascii: boolean;
  /** Every span has a row, not only LLM spans and the ancestors of LLM spans. */
  readonly all: boolean;
  /** Milliseconds after which spans are printed without their root. */
  readonly wait: number;
}

/** Where `LLM_OTEL_CONSOLE` asks for a tree, or for JSON; undefined: the variable asks for nothing. */
export function consoleOutput(env: Env): 'stderr' | 'stdout' | 'json' | undefined {
  const words = oneOf(['1', 'stdout', 'json', '0'] as const, { true: '1', stderr: '1', false: '0' });
  const word = envValue(env, ['LLM_OTEL_CONSOLE'], words, '0');
  if (word === '0') return undefined;
  return word === '1' ? 'stderr' : word;
}

/** Reads the variables of the tree, by default from the environment of the process. */
export function treeSettings(env: Env = environment()): TreeSettings {
  const output = consoleOutput(env);
  return {
    output: output === 'stdout' ? 'stdout' : 'stderr',
    format: output === 'json' ? 'json' : 'tree',
    width: envValue<number | undefined>(env, ['LLM_OTEL_CONSOLE_WIDTH'], integerInRange(1), undefined),
    columns: columnsOf(env),
    colors: colorsOf(env),
    ascii: envText(env, 'TERM') === 'dumb',
    all: envValue(env, ['LLM_OTEL_CONSOLE_ALL'], booleanValue, false),
    wait: envValue(env, ['LLM_OTEL_CONSOLE_WAIT'], integerInRange(0, MAX_TIMER_MS), 5000),
  };
}

/** Shells set COLUMNS: a value that cannot be used is nobody's mistake. */
function columnsOf(env: Env): number | undefined {
  const parsed = integerInRange(1)(envText(env, 'COLUMNS'));
  return 'value' in parsed ? parsed.value : undefined;
}

/** https://no-color.org and https://force-color.org */
function colorsOf(env: Env): boolean | undefined {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  const force = envText(env, 'FORCE_COLOR');
  return force === undefined ? undefined : force !== '0' && force.toLowerCase() !== 'false';
}
