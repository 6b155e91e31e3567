// Records what was asked and answered on the spans; it is off unless asked for. Keys, tokens, e-mail addresses and card
// numbers are masked: look for the address below in what the console shows.
//   OPENAI_API_KEY=... OTEL_TRACES_EXPORTER=console OTEL_METRICS_EXPORTER=none \
//     OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=SPAN_ONLY node --import @x/llm-otel/register examples/content.mjs
import OpenAI from 'openai';

const openai = new OpenAI();

const response = await openai.responses.create({
  model: 'gpt-4o-mini',
  instructions: 'Answer in one sentence.',
  input: 'Thank jane.doe@example.com for her postcard from the blue sea.',
});
console.log(response.output_text);
