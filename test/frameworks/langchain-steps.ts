/** What the LangChain application does: steps, each under a span of its own, and the spans that have to stand below it. */

/** Code of a step returns what the application prints. `spans`: see spanTree; `!` and the type stand after an error. */
export interface Step {
  readonly name: string;
  readonly code: string;
  readonly spans: readonly string[];
}

const CHAT = 'chat gpt-4o-mini';
const step = (name: string, code: string, ...spans: string[]): Step => ({ name, code, spans });

/** Names that the code of every step can use. */
export const SETUP = `
const url = process.env.PROVIDER_URL;
const openai = (model = 'gpt-4o-mini', more = {}) =>
  new ChatOpenAI({ model, apiKey: 'test', maxRetries: 0, configuration: { baseURL: url + '/v1' }, ...more });
const anthropic = new ChatAnthropic({ model: 'claude-sonnet-4-5', apiKey: 'test', anthropicApiUrl: url });
const google = new ChatGoogleGenerativeAI({ model: 'gemini-2.5-flash', apiKey: 'test', baseUrl: url });
const parser = new StringOutputParser();
const prompt = ChatPromptTemplate.fromTemplate('say {x}');
const chain = prompt.pipe(openai()).pipe(parser);
const schema = z.object({ city: z.string() });
const weather = tool(async ({ city }) => 'sunny in ' + city, { name: 'get_weather', description: 'weather', schema });
const broken = tool(async () => { throw new TypeError('secret'); }, { name: 'broken', description: 'breaks', schema });
const asking = tool(async () => 'you said ' + interrupt('well?'), { name: 'asking', description: 'asks', schema });
const question = { messages: [{ role: 'user', content: 'weather?' }] };
const texts = (state) => state.messages.map((message) => message.getType() + ':' + message.content);
const all = async (stream, read = (chunk) => chunk) => { const out = []; for await (const chunk of await stream) out.push(read(chunk)); return out; };
class Documents extends BaseRetriever {
  lc_namespace = ['test'];
  k = 3;
  async _getRelevantDocuments(query) {
    const embeddings = new OpenAIEmbeddings({ model: 'text-embedding-3-small', apiKey: 'test', configuration: { baseURL: url + '/v1' } });
    return [{ pageContent: query, metadata: { dimensions: (await embeddings.embedQuery(query)).length > 0 } }];
  }
}
class OwnModel extends BaseChatModel {
  _llmType() { return 'own'; }
  async _generate(messages, options) {
    await new Promise((resolve) => setImmediate(resolve));
    if (options.stop) throw new RangeError('secret');
    const message = new AIMessage({
      content: 'mine',
      usage_metadata: { input_tokens: 7, output_tokens: 3, total_tokens: 10, input_token_details: { cache_read: 2 } },
      response_metadata: { model_name: 'own-1-mini', finish_reason: 'stop' },
    });
    return { generations: [{ text: 'mine', message }] };
  }
}
const node = async (state, config) => ({ messages: [await openai().invoke(state.messages, config)] });
const graph = (name, run = node) =>
  new StateGraph(MessagesAnnotation).addNode('answer', run).addEdge(START, 'answer').addEdge('answer', END).compile({ name });
`;

/** In the order in which they run. */
export const STEPS: readonly Step[] = [
  step('invoke', `return (await openai().invoke('hi')).toDict()`, CHAT),
  step('invoke anthropic', `return (await anthropic.invoke('hi')).toDict()`, 'chat claude-sonnet-4-5'),
  step('invoke google', `return (await google.invoke('hi')).toDict()`, 'generate_content gemini-2.5-flash'),
  step(
    'invoke responses',
    `return (await openai('gpt-4o-mini', { useResponsesApi: true }).invoke('hi')).content`,
    CHAT,
  ),
  step(
    'invoke configured',
    `const model = openai('gpt-4o-mini', { tags: ['fast'], metadata: { team: 'ml' } });
     const config = { runName: 'ask', tags: ['once'], metadata: { tenant: 'acme', plan: { not: 'recorded' } } };
     return (await model.invoke('hi', config)).content`,
    CHAT,
  ),
  step('stream', `return all(openai().stream('hi', { tags: ['read'] }), (chunk) => chunk.content)`, CHAT),
  step('stream anthropic', `return all(anthropic.stream('hi'), (chunk) => chunk.content)`, 'chat claude-sonnet-4-5'),
  step(
    'stream google',
    `return all(google.stream('hi'), (chunk) => chunk.content)`,
    'generate_content gemini-2.5-flash',
  ),
  step('break', `for await (const chunk of await openai().stream('hi')) if (chunk.content) return chunk.content`, CHAT),
  step('batch', `return (await openai().batch(['a', 'b', 'c'], { maxConcurrency: 1 })).length`, CHAT, CHAT, CHAT),
  step('bindTools', `return (await openai().bindTools([weather]).invoke('hi')).tool_calls`, CHAT),
  step('structured', `return openai().withStructuredOutput(schema).invoke('hi')`, CHAT),
  step(
    'structured raw',
    `return Object.keys(await openai().withStructuredOutput(schema, { includeRaw: true }).invoke('hi'))`,
    CHAT,
  ),
  step('structured anthropic', `return anthropic.withStructuredOutput(schema).invoke('hi')`, 'chat claude-sonnet-4-5'),
  step(
    'text completion',
    `return new OpenAI({ model: 'gpt-3.5-turbo-instruct', apiKey: 'test', configuration: { baseURL: url + '/v1' } }).invoke('hi', { tags: ['old'] })`,
    'text_completion gpt-3.5-turbo-instruct',
  ),
  step(
    'own model events',
    `const model = new (class extends FakeListChatModel {})({ responses: ['abc'] });
     return (await all(model.streamEvents('hi', { ...(process.env.OLD && { version: 'v2' }) }), (event) => event.event)).length > 0`,
    'chat',
  ),
  step(
    'cached',
    `const model = openai('gpt-4o-mini', { cache: true }); await model.invoke('once'); return (await model.invoke('once')).content`,
    CHAT,
  ),
  step('chain', `return chain.invoke({ x: 1 })`, 'invoke_workflow', `  ${CHAT}`),
  step(
    'chain named',
    `return chain.withConfig({ runName: 'sayer' }).invoke({ x: 1 })`,
    'invoke_workflow sayer',
    `  ${CHAT}`,
  ),
  step('chain stream', `return all(chain.stream({ x: 1 }))`, 'invoke_workflow', `  ${CHAT}`),
  step(
    'chain break',
    `for await (const chunk of await chain.stream({ x: 1 })) if (chunk) return chunk`,
    'invoke_workflow',
    `  ${CHAT}`,
  ),
  step(
    'chain batch',
    `return (await chain.batch([{ x: 1 }, { x: 2 }])).length`,
    'invoke_workflow',
    `  ${CHAT}`,
    `  ${CHAT}`,
  ),
  step(
    'chain in chain',
    `const inner = RunnableSequence.from([prompt, openai(), parser], 'inner');
     return RunnableSequence.from([(x) => chain.invoke({ x }), (x) => inner.invoke({ x })], 'outer').invoke('y')`,
    'invoke_workflow outer',
    `  ${CHAT}`,
    '  invoke_workflow inner',
    `    ${CHAT}`,
  ),
  step(
    'map',
    `return Object.keys(await RunnableMap.from({ a: chain, b: chain }).invoke({ x: 1 }))`,
    'invoke_workflow',
    `  ${CHAT}`,
    `  ${CHAT}`,
  ),
  step('lambda', `return RunnableLambda.from((x) => chain.invoke({ x })).invoke('y')`, 'invoke_workflow', `  ${CHAT}`),
  step('prompt alone', `return (await prompt.invoke({ x: 1 })).toString()`),
  step(
    'streamEvents',
    `return all(chain.streamEvents({ x: 1 }, { version: 'v2' }), (event) => event.event + ' ' + event.name)`,
    'invoke_workflow',
    `  ${CHAT}`,
  ),
  step(
    'error',
    `return chain.pipe(parser).pipe(() => openai('{status=400}gpt-4o-mini').invoke('x')).invoke({ x: 1 })`,
    'invoke_workflow !context_length_exceeded',
    `  ${CHAT}`,
    `  ${CHAT} !context_length_exceeded`,
  ),
  step(
    'withRetry',
    `return prompt.pipe(openai('{status=500,times=1}gpt-4o-mini').withRetry({ stopAfterAttempt: 2 })).pipe(parser).invoke({ x: 'retry' })`,
    'invoke_workflow',
    `  ${CHAT} !server_error`,
    `  ${CHAT}`,
  ),
  step(
    'maxRetries',
    `return (await openai('{status=500,times=1}gpt-4o-mini', { maxRetries: 2 }).invoke('again')).content`,
    `${CHAT} !server_error`,
    CHAT,
  ),
  step(
    'withFallbacks',
    `return (await openai('{status=400}gpt-4o-mini').withFallbacks([openai()]).invoke('hi')).content`,
    `${CHAT} !context_length_exceeded`,
    CHAT,
  ),
  step(
    'abort',
    `const controller = new AbortController();
     const stream = await prompt.pipe(openai('{hang,after=2}gpt-4o-mini')).stream({ x: 1 }, { signal: controller.signal });
     for await (const chunk of stream) if (chunk.content) controller.abort();`,
    'invoke_workflow',
    `  ${CHAT}`,
  ),
  step(
    'callbacks',
    `const events = [];
     const note = (name) => () => { events.push(name); };
     const names = ['handleChainStart', 'handleChainEnd', 'handleChatModelStart', 'handleLLMNewToken', 'handleLLMEnd', 'handleToolStart', 'handleToolEnd'];
     const callbacks = [Object.fromEntries(names.map((name) => [name, note(name)]))];
     await chain.invoke({ x: 1 }, { callbacks });
     await all(chain.stream({ x: 1 }, { callbacks }));
     await weather.invoke({ city: 'Rome' }, { callbacks });
     await awaitAllCallbacks();
     return events`,
    'invoke_workflow',
    `  ${CHAT}`,
    'invoke_workflow',
    `  ${CHAT}`,
    'execute_tool get_weather',
  ),
  step('tool', `return weather.invoke({ city: 'Rome' })`, 'execute_tool get_weather'),
  step('tool error', `return broken.invoke({ city: 'Rome' })`, 'execute_tool broken !TypeError'),
  step('retriever', `return new Documents().invoke('who?')`, 'retrieval', '  embeddings text-embedding-3-small'),
  step(
    'own model',
    `return (await prompt.pipe(new OwnModel({})).invoke({ x: 1 }, { tags: ['mine'] })).toDict()`,
    'invoke_workflow',
    '  chat',
  ),
  step('own model error', `return new OwnModel({}).invoke('hi', { stop: ['x'] })`, 'chat !RangeError'),
  step(
    'own model stream',
    `return all(new FakeListChatModel({ responses: ['abc'] }).stream('hi'), (chunk) => chunk.content)`,
    'chat',
  ),
  step(
    'agent',
    `return texts(await createAgent({ model: openai(), tools: [weather], name: 'helper' }).invoke(question, { configurable: { thread_id: 'thread-1' } }))`,
    'invoke_agent helper',
    `  ${CHAT}`,
    '  execute_tool get_weather',
    `  ${CHAT}`,
  ),
  step(
    'agent stream',
    `return (await all(createAgent({ model: openai(), tools: [weather] }).stream(question, { streamMode: 'updates' }))).map((update) => Object.keys(update))`,
    'invoke_agent',
    `  ${CHAT}`,
    '  execute_tool get_weather',
    `  ${CHAT}`,
  ),
  step(
    'agent tokens',
    `return (await all(createAgent({ model: anthropic, tools: [weather] }).stream(question, { streamMode: 'messages' }))).length`,
    'invoke_agent',
    '  chat claude-sonnet-4-5',
    '  execute_tool get_weather',
    '  chat claude-sonnet-4-5',
  ),
  step(
    'react agent',
    `return texts(await createReactAgent({ llm: openai(), tools: [weather], name: 'reactor' }).invoke(question, { configurable: { thread_id: 'thread-1' } }))`,
    'invoke_agent reactor',
    `  ${CHAT}`,
    '  execute_tool get_weather',
    `  ${CHAT}`,
  ),
  step(
    'agent tool error',
    `return texts(await createReactAgent({ llm: openai(), tools: [broken] }).invoke(question)).length`,
    'invoke_agent',
    `  ${CHAT}`,
    '  execute_tool broken !TypeError',
    `  ${CHAT}`,
  ),
  step(
    'interrupt',
    `const agent = createReactAgent({ llm: openai(), tools: [asking], checkpointer: new MemorySaver() });
     const config = { configurable: { thread_id: 'thread-2' } };
     const asked = (await agent.invoke(question, config)).__interrupt__.map(({ value }) => value);
     return [asked, texts(await agent.invoke(new Command({ resume: 'yes' }), config))]`,
    'invoke_agent',
    `  ${CHAT}`,
    '  execute_tool asking',
    'invoke_agent',
    '  execute_tool asking',
    `  ${CHAT}`,
  ),
  step('graph', `return texts(await graph('answerer').invoke(question))`, 'invoke_workflow answerer', `  ${CHAT}`),
  step('graph unnamed', `return texts(await graph().invoke(question))`, 'invoke_workflow', `  ${CHAT}`),
  step(
    'graph of agents',
    `const agent = createAgent({ model: openai(), tools: [weather], name: 'inner' });
     return texts(await graph('team', async (state) => chain.invoke({ x: 1 }).then(() => agent.invoke(state))).invoke(question)).length`,
    'invoke_workflow team',
    `  ${CHAT}`,
    '  invoke_agent inner',
    `    ${CHAT}`,
    '    execute_tool get_weather',
    `    ${CHAT}`,
  ),
  step(
    'graph error',
    `return graph('failing', async () => { throw new TypeError('secret'); }).invoke(question)`,
    'invoke_workflow failing !TypeError',
  ),
];
