// One model of @pydantic/genai-prices as a row of src/cost/prices.json, or the reason why it is left out.

/** The library's units of price and ours. All are USD per million tokens. */
const UNITS = {
  input_mtok: 'input',
  output_mtok: 'output',
  cache_read_mtok: 'cacheRead',
  cache_write_mtok: 'cacheWrite',
  cache_write_1h_mtok: 'cacheWrite1h',
  output_reasoning_mtok: 'reasoning',
  input_audio_mtok: 'inputAudio',
  input_image_mtok: 'inputImage',
  output_audio_mtok: 'outputAudio',
  output_image_mtok: 'outputImage',
  cache_audio_read_mtok: 'cacheReadAudio',
  cache_image_read_mtok: 'cacheReadImage',
};

/** Fees of tools that a call may use: no part of what its tokens cost. */
const TOOL_FEES = new Set(['web_searches_kcount', 'storage_searches_kcount']);

/** Entries whose price would be wrong, by library provider and pattern of the id. */
const LEFT_OUT = [
  ['openai', /-search-preview$/, 'every call searches, and the fee for that is not in the data'],
  ['openai', /^gpt-oss-/, 'open weights: whoever serves them sets the price'],
  ['openai', /^gpt-4o-mini-2024-07-18\.ft-$/, 'Azure bills the hosting of fine-tuned models by the hour'],
  ['openai', /^gpt-4o:extended$/, 'no name of the API'],
  ['azure', /:free$/, 'no name of the API'],
  ['deepseek', /^deepseek-(?:chat|reasoner)$/, 'prices with a discount at night, which ended on 2025-09-05'],
  ['mistral', /^mistral-small-latest$/, 'the alias has moved on to a model with another price'],
  ['perplexity', /^sonar(?!-pro-search)/, 'a fee for each request that depends on its search context'],
];

/** Names that the library gives to the wrong entry. */
const WRONG_NAMES = {
  openai: [
    'gpt-4o-mini-search-preview', // every call searches, and the fee for that is not in the data
    'gpt-4o-mini-search-preview-2025-03-11',
    'ft:gpt-4+', // priced as gpt-4, which costs less than its fine-tuned models
    'gpt-5.1-mini', // priced as gpt-5.1-codex-mini
    'gpt-5-1-mini',
  ],
  mistral: ['mistral-large-latest', 'mistral-large'], // moved on to mistral-large-2512
  groq: ['openai/gpt-oss-safeguard-20b'], // priced as gpt-oss-120b
};

/** DeepSeek bills its peak hours from this day on, and not at weekends; the library cannot say either. */
const PEAK_HOURS_SINCE = { deepseek: '2026-08-17' };

/** `compileModel('openai', model)`: names and prices, or why the model has no row. */
export function compileModel(provider, model) {
  const reason = LEFT_OUT.find(([owner, id]) => owner === provider && id.test(model.id))?.[2];
  if (reason !== undefined) return reason;
  if (/^(?:Imported from|Seen on) OpenRouter|^Can't find pricing/.test(model.price_comments ?? ''))
    return 'a price of somebody else';
  const periods = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  const prices = [];
  for (const { constraint, prices: given } of periods) {
    const rates = ratesOf(given);
    if (typeof rates === 'string') return rates;
    prices.push({ ...rates, ...conditions(provider, constraint) });
  }
  const wrong = WRONG_NAMES[provider] ?? [];
  const names = [...new Set(namesOf(model.match))].filter((name) => !wrong.includes(name));
  return names.length === 0 ? 'no name left' : { names: names.filter((name) => !isCovered(name, names)), prices };
}

/** `name-2025-01-31` beside `name*` says nothing new. */
function isCovered(name, names) {
  return names.some(
    (other) =>
      other.endsWith('*') && /^-[\d-]{4,}$/.test(name.slice(other.length - 1)) && name.startsWith(other.slice(0, -1)),
  );
}

function ratesOf(given) {
  const rates = {};
  for (const [unit, price] of Object.entries(given)) {
    if (TOOL_FEES.has(unit)) continue;
    const name = UNITS[unit];
    if (name === undefined) return `priced by ${unit}`;
    rates[name] = typeof price === 'number' ? round(price) : tiers(price);
  }
  if (rates.input === undefined) return 'no price of input tokens';
  return Object.values(rates).every((rate) => rate === 0) ? 'free' : rates;
}

/** `[base, above, price, above, price, ...]` */
function tiers({ base, tiers: steps }) {
  return [round(base), ...steps.flatMap(({ start, price }) => [start, round(price)])];
}

/** The noise of a division is no price: 0.08333333333333334. */
const round = (price) => Number(price.toPrecision(12));

const DAY = /^(\d{2}):(\d{2}):(\d{2})Z$/;

function seconds(time) {
  const [, h, m, s] = DAY.exec(time) ?? [];
  if (h === undefined) throw new Error(`unknown time of day ${time}`);
  return Number(h) * 3600 + Number(m) * 60 + Number(s);
}

function conditions(provider, constraint) {
  if (constraint === undefined) return {};
  if (constraint.type === 'start_date') return { from: constraint.start_date };
  if (constraint.type !== 'time_of_date') throw new Error(`unknown constraint ${JSON.stringify(constraint)}`);
  const between = [seconds(constraint.start_time), seconds(constraint.end_time)];
  if (between[0] >= between[1]) throw new Error('hours over midnight');
  const from = PEAK_HOURS_SINCE[provider];
  return from === undefined ? { between } : { between, from, weekdays: true };
}

/**
 * Names under which a model is found. `name`: exactly that. `name*`: also with the suffix of a snapshot. `name+`: only
 * with one, of digits. A leading `~`: after any separator too. What the library matches by prefix would make a sibling of
 * every longer name (`claude-sonnet-5-5` of `claude-sonnet-5`).
 */
function namesOf(match) {
  const [op, value] = Object.entries(match)[0];
  switch (op) {
    case 'or':
      return value.flatMap(namesOf);
    case 'and': // a prefix and what must not follow, which a snapshot suffix does not hold anyway
      return value.filter((part) => 'starts_with' in part).flatMap(namesOf);
    case 'equals':
      return [value.toLowerCase()];
    case 'ends_with':
      return [`~${value.toLowerCase()}`];
    case 'starts_with':
      return [open(value.toLowerCase())];
    case 'contains':
      return [`~${open(value.toLowerCase())}`];
    case 'regex':
      return [open(fromRegex(value))];
    default:
      throw new Error(`unknown match ${op}`);
  }
}

/** A prefix that ends in the middle of a suffix asks for one. */
function open(prefix) {
  const bare = prefix.replace(/(?:-20\d{2}-?|-0|[-@])$/, '');
  return bare === prefix ? `${bare}*` : `${bare}+`;
}

/** `^name-\d{8}$` and the like. */
function fromRegex(regex) {
  const found = /^\^(.+?-)\\d(?:\{8\}\$|\{4\}-\\d\{2\}-\\d\{2\}\$)?$/.exec(regex);
  if (found === null) throw new Error(`unknown pattern ${regex}`);
  return found[1].replaceAll('\\.', '.');
}
