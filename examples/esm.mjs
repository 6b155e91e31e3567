// An ES module application. Traces go to the console here; without the variables everything goes to OTEL_EXPORTER_OTLP_ENDPOINT.
//   OPENAI_API_KEY=... OTEL_TRACES_EXPORTER=console OTEL_METRICS_EXPORTER=none \
//     node --import @x/llm-otel/register examples/esm.mjs
import OpenAI from 'openai';

const openai = new OpenAI();

const stream = await openai.chat.completions.create({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Why is the sea blue?' }],
  stream: true,
  stream_options: { include_usage: true },
});

for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');
process.stdout.write('\n');
