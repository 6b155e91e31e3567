// The same with the other three SDKs: an ordinary application, in which nothing was changed either.
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { GoogleGenerativeAI } from '@google/generative-ai';

const { GEMINI_API_KEY: apiKey, GEMINI_BASE_URL: baseUrl } = process.env;
const say = (title, text) => console.log(`${title.padEnd(13)} ${text.replaceAll(/\s+/g, ' ').trim()}`);

// Anthropic: the stream helper.
const anthropic = new Anthropic();
const message = anthropic.messages.stream({
  model: 'claude-haiku-4-5',
  max_tokens: 300,
  messages: [{ role: 'user', content: 'Why is the sea salty?' }],
});
say('anthropic', await message.finalText());

// Google's SDK of today, streamed.
const google = new GoogleGenAI({ apiKey, ...(baseUrl && { httpOptions: { baseUrl } }) });
const chunks = await google.models.generateContentStream({
  model: 'gemini-2.5-flash',
  contents: 'How old is the sea?',
});
let text = '';
for await (const chunk of chunks) text += chunk.text ?? '';
say('genai', text);

// And the one before it.
const model = new GoogleGenerativeAI(apiKey).getGenerativeModel(
  { model: 'gemini-2.0-flash' },
  baseUrl ? { baseUrl } : undefined,
);
const { response } = await model.generateContent('Is the sea warm?');
say('generative-ai', response.text());
