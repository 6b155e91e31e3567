// See telemetry.mjs on how to run this. The LLM span becomes a child of the application's own.
import { trace } from '@opentelemetry/api';
import OpenAI from 'openai';

const openai = new OpenAI();

await trace.getTracer('app').startActiveSpan('answer', async (span) => {
  const { choices } = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Why is the sea blue?' }],
  });
  console.log(choices[0].message.content);
  span.end();
});
