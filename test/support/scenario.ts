/**
 * What the provider server is told to do with one request, by the header `x-test-scenario` or, where a test cannot set
 * headers, by braces in front of the model: `{status=429,times=2}gpt-4o-mini`. Both hold the same comma-separated keys.
 *
 * | key             | effect                                                                             |
 * |-----------------|------------------------------------------------------------------------------------|
 * | `status=N`      | HTTP error N with the provider's error body and `retry-after: 0`                   |
 * | `error`         | error event in the stream, then its end; a unary call: HTTP 500                    |
 * | `reset`         | the connection is reset                                                            |
 * | `truncate`      | the stream ends early without its last events; a unary call: half of the JSON      |
 * | `malformed`     | an event that is no JSON, then the rest; a unary call: half of the JSON            |
 * | `hang`          | nothing more is sent, the connection stays open                                    |
 * | `drop`          | the connection is closed in the middle of a body whose length was announced        |
 * | `empty`         | 200 with an empty body                                                             |
 * | `html`          | 502 with a page of a proxy                                                         |
 * | `after=N`       | where in a stream `error reset truncate malformed hang drop` strike: after N events; without it `reset` and `hang` strike before the headers, the others after 2 events |
 * | `times=N`       | the fault strikes the first N attempts of the same request, then all is well        |
 * | `slow=MS`       | wait before the headers                                                            |
 * | `delay=MS`      | wait before every event of a stream                                                |
 * | `say=TEXT`      | the text of the answer, URI-encoded                                               |
 * | `chunks=N`      | number of text deltas of a stream                                                  |
 * | `finish=REASON` | the provider's finish word: `length`, `content_filter`, `max_tokens`, `SAFETY`, ...  |
 * | `failed`        | a Responses object with status `failed`; `incomplete`, `queued`: likewise           |
 * | `refusal`       | the model refuses                                                                  |
 * | `calls=N`       | number of tool calls when tools are offered (default 1)                            |
 * | `callids`       | function calls of Gemini have ids                                                  |
 * | `notools`       | answers with text although tools are offered                                       |
 * | `nousage`       | no usage in the answer                                                             |
 * | `input=N` `cached=N` `output=N` `reasoning=N` | token counts; the defaults are {@link TOKENS}        |
 * | `cost=N`          | USD that the answer says the call cost, as OpenRouter does                           |
 */

/** Token counts of every answer that no scenario changes; all different, so that a mix-up shows. */
export const TOKENS = { input: 24, cached: 8, output: 17, reasoning: 5 } as const;

const FAULTS = ['status', 'error', 'reset', 'truncate', 'malformed', 'hang', 'drop', 'empty', 'html'] as const;
const FLAGS = ['refusal', 'callids', 'notools', 'nousage', 'failed', 'incomplete', 'queued'] as const;
const NUMBERS = [
  'after',
  'times',
  'slow',
  'delay',
  'chunks',
  'calls',
  'input',
  'cached',
  'output',
  'reasoning',
  'cost',
] as const;

/** What goes wrong with an answer. */
export type Fault = (typeof FAULTS)[number];

/** A parsed scenario. */
export type Scenario = { readonly [K in (typeof NUMBERS)[number]]?: number } & {
  readonly [K in (typeof FLAGS)[number]]?: boolean;
} & { readonly fault?: Fault; readonly status?: number; readonly finish?: string; readonly say?: string };

/** Parses the keys of the table above; throws on one that is not in it, so that a typing error does not test nothing. */
export function parseScenario(text: string): Scenario {
  const scenario: Record<string, unknown> = {};
  for (const entry of text.split(',').map((part) => part.trim())) {
    const [key = '', value] = entry.split('=');
    if (entry === '' || key === 'ok') continue;
    if ((FAULTS as readonly string[]).includes(key)) scenario.fault = key;
    if (key === 'status' || (NUMBERS as readonly string[]).includes(key)) scenario[key] = Number(value);
    else if (key === 'finish') scenario.finish = value;
    else if (key === 'say') scenario.say = decodeURIComponent(value ?? '');
    else if ((FLAGS as readonly string[]).includes(key)) scenario[key] = true;
    else if (scenario.fault !== key) throw new Error(`x-test-scenario: unknown key ${entry}`);
  }
  return scenario;
}

/** Splits `{keys}model` into its parts. */
export function splitModel(model: string): { keys: string; model: string } {
  const match = /^\{([^}]*)\}(.*)$/.exec(model);
  return { keys: match?.[1] ?? '', model: match?.[2] ?? model };
}
