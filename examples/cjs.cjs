// A CommonJS application; `--require` does the same as `--import`.
//   OPENAI_API_KEY=... OTEL_TRACES_EXPORTER=console OTEL_METRICS_EXPORTER=none \
//     node --require @x/llm-otel/register examples/cjs.cjs
const OpenAI = require('openai');

async function main() {
  const openai = new OpenAI();
  const { choices } = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Why is the sea blue?' }],
  });
  console.log(choices[0].message.content);
}

main();
