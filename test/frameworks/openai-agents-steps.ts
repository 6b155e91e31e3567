/** What the OpenAI Agents application does: steps, each under a span of its own, and the spans that have to stand below it. */

/** Code of a step returns what the application prints. `spans`: see spanTree; `!` and the type stand after an error. */
export interface Step {
  readonly name: string;
  readonly code: string;
  readonly spans: readonly string[];
}

const CHAT = 'chat gpt-4o-mini';
const RUN = 'invoke_workflow Agent workflow';
const step = (name: string, code: string, ...spans: string[]): Step => ({ name, code, spans });

/** Names that the code of every step can use. */
export const SETUP = `
const baseURL = process.env.PROVIDER_URL + '/v1';
const client = new OpenAI({ apiKey: 'test', baseURL, maxRetries: 0 });
setDefaultOpenAIClient(client);
const seen = [];
const log = (what) => async (item) => { seen.push(what + ' ' + (item.spanData?.type ?? item.name)); };
const processor = { onTraceStart: log('trace'), onTraceEnd: log('end'), onSpanStart: log('span'), onSpanEnd: log('over'), shutdown: async () => {}, forceFlush: async () => {} };
addTraceProcessor(processor);
const child = (name) => trace.getTracer('application').startSpan(name).end();
const parameters = z.object({ city: z.string() });
const weather = tool({ name: 'get_weather', description: 'weather', parameters, execute: async ({ city }) => { await null; child('query'); return 'sunny in ' + city; } });
const broken = tool({ name: 'broken', description: 'breaks', parameters, execute: async () => { throw new TypeError('secret'); } });
const dangerous = tool({ name: 'dangerous', description: 'asks first', parameters, needsApproval: true, execute: async () => 'done' });
const agent = (name, more = {}) => new Agent({ name, model: 'gpt-4o-mini', instructions: 'a secret', ...more });
const helper = agent('helper', { tools: [weather] });
const said = (result) => [result.finalOutput, result.lastAgent?.name, result.newItems.map((item) => item.type)];
`;

/** In the order in which they run. */
export const STEPS: readonly Step[] = [
  step('run', `return said(await run(agent('plain'), 'hi'));`, RUN, '  invoke_agent plain', `    ${CHAT}`),
  step(
    'tool',
    `return said(await run(helper, 'weather?'));`,
    RUN,
    '  invoke_agent helper',
    `    ${CHAT}`,
    '    execute_tool get_weather',
    '      query',
    `    ${CHAT}`,
  ),
  step(
    'tools at once',
    `return said(await run(agent('helper', { model: '{calls=2}gpt-4o-mini', tools: [weather, broken] }), 'weather?'));`,
    RUN,
    '  invoke_agent helper',
    `    ${CHAT}`,
    '    execute_tool get_weather',
    '      query',
    '    execute_tool broken !_OTHER', // the framework answers the model, and does not tell
    `    ${CHAT}`,
  ),
  step(
    'stream',
    `const result = await run(helper, 'weather?', { stream: true });
     const types = new Set();
     for await (const event of result) types.add(event.type);
     return [said(result), [...types]];`,
    RUN,
    '  invoke_agent helper',
    `    ${CHAT}`,
    '    execute_tool get_weather',
    '      query',
    `    ${CHAT}`,
  ),
  step(
    'stream of text',
    `const result = await run(agent('plain'), 'hi', { stream: true });
     let text = '';
     for await (const piece of result.toTextStream()) text += piece;
     await result.completed;
     return text;`,
    RUN,
    '  invoke_agent plain',
    `    ${CHAT}`,
  ),
  step(
    'handoff',
    `return said(await run(Agent.create({ name: 'triage', model: 'gpt-4o-mini', handoffs: [agent('expert')] }), 'hi'));`,
    RUN,
    '  invoke_agent triage',
    `    ${CHAT}`,
    '  invoke_agent expert',
    `    ${CHAT}`,
  ),
  step(
    'agent as a tool',
    `const ask = agent('expert').asTool({ toolName: 'ask_expert', toolDescription: 'asks' });
     return said(await run(agent('boss', { tools: [ask] }), 'hi'));`,
    RUN,
    '  invoke_agent boss',
    `    ${CHAT}`,
    '    execute_tool ask_expert',
    '      invoke_agent expert',
    `        ${CHAT}`,
    `    ${CHAT}`,
  ),
  step(
    'trace of two runs',
    `return withTrace('research', async () => {
       const first = await run(agent('planner'), 'plan');
       return trace.getTracer('application').startActiveSpan('phase', async (span) => {
         const second = await run(agent('writer'), 'write');
         span.end();
         return [said(first), said(second)];
       });
     }, { groupId: 'thread-1' });`,
    'invoke_workflow research',
    '  invoke_agent planner',
    `    ${CHAT}`,
    '  phase',
    '    invoke_agent writer',
    `      ${CHAT}`,
  ),
  step(
    'two runs at once',
    `const runs = await Promise.all(['left', 'right'].map((name) => run(agent(name, { tools: [weather] }), 'hi')));
     return runs.map(said);`,
    ...['left', 'right'].flatMap((name) => [
      RUN,
      `  invoke_agent ${name}`,
      `    ${CHAT}`,
      '    execute_tool get_weather',
      '      query',
      `    ${CHAT}`,
    ]),
  ),
  step(
    'chat completions',
    `const model = new OpenAIChatCompletionsModel(client, 'gpt-4o-mini');
     return said(await run(agent('helper', { model, tools: [weather] }), 'weather?'));`,
    RUN,
    '  invoke_agent helper',
    `    ${CHAT}`,
    '    execute_tool get_weather',
    '      query',
    `    ${CHAT}`,
  ),
  step(
    'too many turns',
    `return run(helper, 'weather?', { maxTurns: 1 });`,
    `${RUN} !MaxTurnsExceededError`,
    '  invoke_agent helper !MaxTurnsExceededError',
    `    ${CHAT}`,
    '    execute_tool get_weather',
    '      query',
  ),
  step(
    'provider fails',
    `return run(agent('plain', { model: '{status=400}gpt-4o-mini' }), 'hi');`,
    `${RUN} !context_length_exceeded`,
    '  invoke_agent plain !400',
    `    ${CHAT} !context_length_exceeded`,
  ),
  step(
    'provider fails in a stream',
    `const result = await run(agent('plain', { model: '{status=400}gpt-4o-mini' }), 'hi', { stream: true });
     for await (const _ of result);`,
    `${RUN} !400`,
    '  invoke_agent plain !400',
    `    ${CHAT} !context_length_exceeded`,
  ),
  step(
    'guardrail',
    `const guard = { name: 'no secrets', runInParallel: false, execute: async () => ({ tripwireTriggered: true, outputInfo: {} }) };
     return run(agent('guarded', { inputGuardrails: [guard] }), 'hi');`,
    `${RUN} !InputGuardrailTripwireTriggered`,
    '  invoke_agent guarded !InputGuardrailTripwireTriggered',
  ),
  step(
    'approval',
    `const careful = agent('careful', { tools: [dangerous] });
     const first = await run(careful, 'do it');
     first.state.approve(first.interruptions[0]);
     return [first.interruptions.length, said(await run(careful, first.state))];`,
    RUN,
    '  invoke_agent careful',
    `    ${CHAT}`,
    RUN,
    '  invoke_agent careful',
    '    execute_tool dangerous',
    `    ${CHAT}`,
  ),
  step(
    'patched by hand as well',
    `const known = ours?.OpenAIAgentsInstrumentation && new ours.OpenAIAgentsInstrumentation().patch(agents);
     return [known !== false, said(await run(agent('plain'), 'hi'))];`,
    RUN,
    '  invoke_agent plain',
    `    ${CHAT}`,
  ),
  step(
    'a tool of ours inside',
    `const execute = (ours?.tool ?? ((_, fn) => fn))('get_weather', async ({ city }) => 'sunny in ' + city);
     const own = tool({ name: 'get_weather', description: 'weather', parameters, execute });
     return said(await run(agent('helper', { tools: [own] }), 'weather?'));`,
    RUN,
    '  invoke_agent helper',
    `    ${CHAT}`,
    '    execute_tool get_weather',
    `    ${CHAT}`,
  ),
  step('tracing off', `return said(await new Runner({ tracingDisabled: true }).run(agent('plain'), 'hi'));`, CHAT),
  step(
    'nothing for the vendor',
    `setTraceProcessors([]);
     return [said(await run(agent('plain'), 'hi')), seen];`,
    RUN,
    '  invoke_agent plain',
    `    ${CHAT}`,
  ),
];

/** By step, what 0.9 does otherwise. */
export const OLDER: Readonly<Record<string, readonly string[]>> = {
  'tools at once': [
    RUN,
    '  invoke_agent helper',
    `    ${CHAT}`,
    '    execute_tool get_weather',
    '      query',
    '    execute_tool broken !TypeError',
    `    ${CHAT}`,
  ],
  // The agent's span is not started again.
  approval: [RUN, '  invoke_agent careful', `    ${CHAT}`, RUN, '  execute_tool dangerous', `  ${CHAT}`],
  // The option is for the spans of models only.
  'tracing off': [RUN, '  invoke_agent plain', `    ${CHAT}`],
};
