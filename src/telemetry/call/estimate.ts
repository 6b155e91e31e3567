/**
 * Token counts that nobody sent, counted by a function of the user's. What was said goes to that function and nowhere
 * else; it is kept during a call only if there is such a function.
 */

import type { OperationName, RequestFacts, UsageFacts } from '../../facts/call.ts';
import type { EstimateTokensHook } from '../../facts/hooks.ts';
import type { Message, Part, ToolDefinition } from '../../facts/messages.ts';
import { warnOnce } from '../../runtime/log.ts';
import { runHook } from '../../scope/call-hooks.ts';
import type { CallContent } from '../content/prepare.ts';
import type { CallResult } from '../nested/nested-calls.ts';
import { isInference } from '../signals/metrics.ts';

/** Has what is said in a call of `operation` to be kept for the hook? */
export function estimatesTokens(hook: EstimateTokensHook | undefined, operation: OperationName): boolean {
  return hook !== undefined && isInference(operation);
}

/** `known` with estimated counts, if it is answered and has none. `contentOf` is asked for what was said. */
export function withEstimate<K extends CallResult>(
  hook: EstimateTokensHook,
  { operation, provider, model }: RequestFacts,
  known: K,
  contentOf: () => CallContent | undefined,
): K {
  const { response } = known;
  if (response?.usage?.input !== undefined || response?.usage?.output !== undefined) return known;
  const content = contentOf();
  if (content === undefined) return known;
  const { system = [], input = [], tools = [], output = [] } = content;
  const said = {
    provider,
    model: response?.model ?? model,
    operation,
    input: text([...tools.map(textOfTool), ...system.map(textOfPart), ...input.flatMap(textsOf)]),
    output: text(output.flatMap(textsOf)),
  };
  const usage = checked(runHook('estimateTokens', () => hook(said)));
  return usage === undefined ? known : { ...known, response: { ...response, usage } };
}

/** Counts, or nothing at all: half of an answer that makes no sense is no better. */
function checked(counts: unknown): UsageFacts | undefined {
  if (counts === undefined || counts === null) return undefined;
  const { input, output } = counts as Record<string, unknown>;
  if (isCount(input) && isCount(output)) {
    if (input === undefined && output === undefined) return undefined;
    return { input, output, estimated: true };
  }
  warnOnce('option estimateTokens: expected { input, output } with whole numbers from 0 up; the call has no counts.');
  return undefined;
}

const isCount = (value: unknown): value is number | undefined =>
  value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0);

const text = (pieces: readonly string[]): string => pieces.filter((piece) => piece !== '').join('\n');

const textsOf = ({ parts }: Message): string[] => parts.map(textOfPart);

/** Bytes and references are no text. */
const SILENT: ReadonlySet<string> = new Set(['blob', 'uri', 'file']);

function textOfPart(part: Part): string {
  const { type, id: _id, content, ...rest } = part;
  if (SILENT.has(type)) return '';
  if (typeof content === 'string') return content;
  return text(Object.values(content === undefined ? rest : { content, ...rest }).map(textOfValue));
}

const textOfTool = ({ name, description, parameters }: ToolDefinition): string =>
  text([name, description, parameters].map(textOfValue));

function textOfValue(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
