import { type Env, envText } from '../env.ts';
import { integerInRange, MAX_TIMER_MS, oneOf } from '../parsers.ts';
import { showValue, warnUnusable } from '../unusable-value.ts';
import { DataFields, type DataPath, positiveNumber, UnusableData } from './data-fields.ts';
import { share } from './own-components.ts';

/** Which traces a pipeline keeps, decided when the spans of this process have ended. */
export interface TailSettings {
  /** Milliseconds after the end of the first span at which a trace is decided at the latest. */
  readonly decisionWait: number;
  /** Most traces and spans that wait for a decision. */
  readonly maxTraces: number;
  readonly maxSpans: number;
  /** The first policy that says something decides. */
  readonly policies: readonly TailPolicy[];
  /** What becomes of traces of which no policy says anything. */
  readonly default: 'keep' | 'drop';
  /** Most decisions that are remembered for spans that come late. */
  readonly decided: number;
}

/** A policy: exactly one key beside the name. `ratio` and `rate` keep their share, and say nothing of the rest. */
export type TailPolicy =
  | { readonly name: string; readonly keep: object }
  | { readonly name: string; readonly drop: object }
  | { readonly name: string; readonly ratio: number }
  | { readonly name: string; readonly rate: number };

/** Defaults of `tail`. */
const TAIL_DEFAULTS = {
  decisionWait: 30_000,
  maxTraces: 10_000,
  maxSpans: 100_000,
  policies: [],
  default: 'drop',
  decided: 50_000,
} as const satisfies TailSettings;

const count = integerInRange(1);

/**
 * Reads `tail` of a pipeline. Throws {@link UnusableData}.
 * @param data plain data in snake_case or camelCase
 */
export function readTail(data: unknown, path: DataPath = []): TailSettings {
  const fields = new DataFields(data, path);
  fields.only('decision_wait', 'max_traces', 'max_spans', 'policies', 'default', 'decided');
  return {
    decisionWait: fields.parsed('decision_wait', integerInRange(1, MAX_TIMER_MS), TAIL_DEFAULTS.decisionWait),
    maxTraces: fields.parsed('max_traces', count, TAIL_DEFAULTS.maxTraces),
    maxSpans: fields.parsed('max_spans', count, TAIL_DEFAULTS.maxSpans),
    policies: fields.has('policies') ? fields.list('policies').map(([one, at]) => readPolicy(one, at)) : [],
    default: fields.parsed('default', oneOf(['keep', 'drop'] as const), TAIL_DEFAULTS.default),
    decided: fields.parsed('decided', count, TAIL_DEFAULTS.decided),
  };
}

function readPolicy(data: unknown, path: DataPath): TailPolicy {
  const fields = new DataFields(data, path).only('name', 'keep', 'drop', 'ratio', 'rate');
  const name = fields.text('name');
  if (name === undefined) throw new UnusableData(path, 'name is missing');
  const given = ['keep', 'drop', 'ratio', 'rate'].filter((key) => fields.has(key));
  if (given.length !== 1) throw new UnusableData(path, 'expected exactly one of keep, drop, ratio and rate');
  if (given[0] === 'ratio') return { name, ratio: fields.parsed('ratio', share) };
  if (given[0] === 'rate') return { name, rate: fields.parsed('rate', positiveNumber) };
  const match = fields.value(given[0] ?? '');
  if (typeof match === 'object' && match !== null)
    return given[0] === 'keep' ? { name, keep: match } : { name, drop: match };
  throw new UnusableData([...path, given[0] ?? ''], `expected an object, got ${showValue(match)}`);
}

/** Reads `LLM_OTEL_TAIL`; undefined if the variable is not set. A policy that cannot be used is left out. */
export function tailOfEnvironment(env: Env): TailSettings | undefined {
  const text = envText(env, 'LLM_OTEL_TAIL');
  if (text === undefined) return undefined;
  const policies: TailPolicy[] = [];
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') continue;
    const policy = policyOf(item);
    if (policy !== undefined) policies.push(policy);
    else warnUnusable('LLM_OTEL_TAIL', item, `expected ${EXAMPLES}`, 'the other policies');
  }
  // Without a policy everything would be dropped, because of a slip in the variable.
  return policies.length === 0 ? undefined : { ...TAIL_DEFAULTS, policies };
}

const EXAMPLES = 'error, duration>10000, cost>0.05, model=gpt-5*, ratio=0.1 or rate=5';
const LIMITS = { '>': 'gt', '>=': 'gte', '<': 'lt', '<=': 'lte' } as const;

/** A policy that keeps; the name is the text of the user. */
function policyOf(item: string): TailPolicy | undefined {
  if (item.toLowerCase() === 'error') return { name: 'error', keep: { status: 'error' } };
  const [, key = '', sign = '', value = ''] = /^(\w+)\s*(>=|<=|>|<|=)\s*(.+)$/.exec(item) ?? [];
  const name = `${key}${sign}${value}`;
  if (sign === '=') return value === '' ? undefined : equalPolicy(key, value, name);
  const limit = LIMITS[sign as keyof typeof LIMITS];
  const number = Number(value || 'x');
  if (limit === undefined || Number.isNaN(number)) return undefined;
  if (key === 'duration') return { name, keep: { duration: { [limit]: number } } };
  return key === 'cost' ? { name, keep: { attributes: { 'gen_ai.usage.cost': { [limit]: number } } } } : undefined;
}

function equalPolicy(key: string, value: string, name: string): TailPolicy | undefined {
  const number = Number(value);
  if (key === 'ratio') return number >= 0 && number <= 1 ? { name, ratio: number } : undefined;
  if (key === 'rate') return number > 0 && Number.isFinite(number) ? { name, rate: number } : undefined;
  if (key !== 'model') return undefined;
  const models = ['gen_ai.request.model', 'gen_ai.response.model'];
  return { name, keep: { any: models.map((attribute) => ({ attributes: { [attribute]: value } })) } };
}
