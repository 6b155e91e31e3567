import type OpenAI from 'openai';
import type { Call, HelperStream, Kit, ToolRun } from '../types.ts';
import { OPENAI_CASES } from './openai-cases.ts';
import { BODY, requestOptions } from './openai-client.ts';
import { openaiShapedKit } from './openai-shaped.ts';

/** The members of the SDK's client that moved between its major versions. */
interface Helpers {
  parse?: (body: object) => Call;
  stream?: (
    body: object,
    options?: object,
  ) => AsyncIterable<object> & { finalChatCompletion(): Promise<unknown>; abort(): void };
  runTools?: (body: object, options?: object) => { finalContent(): Promise<unknown> };
}

/** The SDK's own schema format for a structured answer, as its zod helper makes it. */
const FORMAT = Object.defineProperties(
  { type: 'json_schema', json_schema: { name: 'greeting', schema: { type: 'object' }, strict: true } },
  { $brand: { value: 'auto-parseable-response-format' }, $parseRaw: { value: JSON.parse } },
);

/** Kit of the `openai` package, 4.28 to 7. */
export const openai: Kit = openaiShapedKit({
  module: 'openai',
  clientClass: 'OpenAI',
  instrumentation: 'OpenAIInstrumentation',
  files: ['index', 'client', 'resources/beta/chat/completions'],
  cases: OPENAI_CASES,

  features(client, [major, minor]) {
    const helpers = helpersOf(client);
    const at = (atLeast: number, atLeastMinor = 0) => major > atLeast || (major === atLeast && minor >= atLeastMinor);
    return {
      'body-timeout': at(7, 7),
      'tee-closes': at(7, 55),
      'native-fetch': at(5),
      'lazy-iterator': at(7, 36),
      'own:helper-break-aborts': at(4, 104),
      parse: helpers.parse !== undefined,
      'stream-helper': helpers.stream !== undefined,
      'tool-runner': helpers.runTools !== undefined,
      'own:responses': client.responses !== undefined,
      'own:responses.parse': typeof client.responses?.parse === 'function',
      'own:responses.stream': typeof client.responses?.stream === 'function',
      'own:vectorStores.search': typeof client.vectorStores?.search === 'function',
      'own:chat-helper-events': typeof client.chat.completions.stream === 'function',
      'own:responses.retrieve-streamed': at(4, 104),
      'own:streamed-audio': at(5),
      'own:streamed-images': at(5, 8),
      'own:promised-options': at(7, 22),
      'own:schema-tools': at(4, 55),
    };
  },

  helpers(client) {
    const helpers = helpersOf(client);
    return {
      parse: () => call(helpers.parse)({ ...BODY, response_format: FORMAT }),
      helper: ({ signal } = {}): HelperStream => {
        const stream = call(helpers.stream)(BODY, requestOptions(signal));
        return { chunks: stream, final: () => stream.finalChatCompletion(), abort: () => stream.abort() };
      },
      runTools: (run) =>
        call(helpers.runTools)({
          ...BODY,
          tools: [toolOf(run)],
          ...(run.streamed ? { stream: true } : {}),
        }).finalContent(),
    };
  },
});

function helpersOf(client: OpenAI): Helpers {
  const current = client.chat.completions as unknown as Helpers & { runTools?: unknown };
  if (typeof current.runTools === 'function') return bind(current);
  return bind((client.beta as unknown as { chat: { completions: Helpers } }).chat.completions);
}

function bind(of: Helpers): Helpers {
  return {
    ...(of.parse ? { parse: of.parse.bind(of) } : {}),
    ...(of.stream ? { stream: of.stream.bind(of) } : {}),
    ...(of.runTools ? { runTools: of.runTools.bind(of) } : {}),
  };
}

function call<T>(method: T | undefined): T {
  if (method === undefined) throw new Error('this SDK version has no such method');
  return method;
}

function toolOf({ tool, schemaTool }: ToolRun): object {
  const definition = {
    name: 'weather',
    description: 'Weather of a city',
    parameters: { type: 'object', properties: {} },
  };
  if (!schemaTool) return { type: 'function', function: { ...definition, function: tool, parse: JSON.parse } };
  return Object.defineProperties(
    { type: 'function', function: { ...definition, strict: true } },
    { $brand: { value: 'auto-parseable-tool' }, $parseRaw: { value: JSON.parse }, $callback: { value: tool } },
  );
}
