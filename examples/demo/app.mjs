// An ordinary application of the openai SDK. It knows nothing of OpenTelemetry, and nothing in it was changed for it.
import OpenAI from 'openai';

const openai = new OpenAI();
const user = (content) => [{ role: 'user', content }];
const say = (title, text) => console.log(`${title.padEnd(13)} ${text.replaceAll(/\s+/g, ' ').trim()}`);

// One question, one answer.
const answer = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: user('Why is the sea blue?') });
say('chat', answer.choices[0].message.content);

// The same as a stream.
const stream = await openai.chat.completions.create({
  model: 'gpt-4o',
  messages: user('Tell me about the tides.'),
  stream: true,
  stream_options: { include_usage: true },
});
let text = '';
for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
say('streamed', text);

// A tool that the SDK calls for the model.
const weather = {
  name: 'get_weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string', examples: ['Lisbon'] } }, required: ['city'] },
  parse: JSON.parse,
  function: async ({ city }) => {
    await new Promise((resolve) => setTimeout(resolve, 120));
    return `${city}: sunny, 24 degrees`;
  },
};
const runner = openai.chat.completions.runTools({
  model: 'gpt-4o-mini',
  messages: user('How is the weather in Lisbon?'),
  tools: [{ type: 'function', function: weather }],
});
say('tools', await runner.finalContent());

// A reasoning model on the Responses API, streamed.
const events = await openai.responses.create({
  model: 'o4-mini',
  input: 'How deep is the sea?',
  reasoning: { effort: 'low', summary: 'auto' },
  stream: true,
});
text = '';
for await (const event of events) if (event.type === 'response.output_text.delta') text += event.delta;
say('responses', text);

// Embeddings.
const { data } = await openai.embeddings.create({ model: 'text-embedding-3-small', input: ['sea', 'tide', 'wave'] });
say('embeddings', `${data.length} vectors of ${data[0].embedding.length}`);

// The provider is busy: the SDK tries again until it works.
const busy = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: user('Are you busy?') });
say('rate limited', busy.choices[0].message.content);

// A reader who has seen enough.
const long = await openai.chat.completions.create({
  model: 'gpt-4o',
  messages: user('Write a long story of the sea.'),
  stream: true,
});
let chunks = 0;
for await (const _chunk of long) {
  if (++chunks === 12) break;
}
say('left early', `after ${chunks} chunks`);

// A model that does not exist.
try {
  await openai.chat.completions.create({ model: 'gpt-4o-nano', messages: user('Hello?') });
} catch (error) {
  say('failed', error.message);
}
