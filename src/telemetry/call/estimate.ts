/**
 * Token counts that no provider sent, counted by the user's function `estimateTokens`. The content of a call goes to the
 * function and nowhere else. Without the option, the content is not kept during a call.
 */

import type { OperationName, RequestFacts, UsageFacts } from '../../facts/call.ts';
import type { EstimateTokensHook } from '../../facts/hooks.ts';
import type { Message, Part, ToolDefinition } from '../../facts/messages.ts';
import { warnOnce } from '../../runtime/log.ts';
import { runHook } from '../../scope/call-hooks.ts';
import type { CallContent } from '../content/prepare.ts';
import type { CallResult } from '../nested/call-result.ts';
import { isInference } from '../signals/metrics.ts';

/** Does the hook need the content of a call of `operation`? */
export function estimatesTokens(hook: EstimateTokensHook | undefined, operation: OperationName): boolean {
  return hook !== undefined && isInference(operation);
}

/** `result` with estimated counts, if the answer has no counts. `readContent` is called only if an estimate is made. */
export function withEstimate<K extends CallResult>(
  hook: EstimateTokensHook,
  { operation, provider, model }: RequestFacts,
  result: K,
  readContent: () => CallContent | undefined,
): K {
  const { response } = result;
  if (response?.usage?.input !== undefined || response?.usage?.output !== undefined) return result;
  const content = readContent();
  if (content === undefined) return result;
  const { system = [], input = [], tools = [], output = [] } = content;
  const call = {
    provider,
    model: response?.model ?? model,
    operation,
    input: joinTexts([...tools.map(textOfTool), ...system.map(textOfPart), ...input.flatMap(textsOf)]),
    output: joinTexts(output.flatMap(textsOf)),
  };
  const usage = validUsage(runHook('estimateTokens', () => hook(call)));
  return usage === undefined ? result : { ...result, response: { ...response, usage } };
}

/** Both counts, or none: if one count of the hook is invalid, the other count is not trusted either. */
function validUsage(counts: unknown): UsageFacts | undefined {
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

const joinTexts = (texts: readonly string[]): string => texts.filter((text) => text !== '').join('\n');

const textsOf = ({ parts }: Message): string[] => parts.map(textOfPart);

/** Part types without text: bytes and references. */
const TEXTLESS: ReadonlySet<string> = new Set(['blob', 'uri', 'file']);

function textOfPart(part: Part): string {
  const { type, id: _id, content, ...rest } = part;
  if (TEXTLESS.has(type)) return '';
  if (typeof content === 'string') return content;
  return joinTexts(Object.values(content === undefined ? rest : { content, ...rest }).map(textOfValue));
}

const textOfTool = ({ name, description, parameters }: ToolDefinition): string =>
  joinTexts([name, description, parameters].map(textOfValue));

function textOfValue(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
