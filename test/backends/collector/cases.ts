/** Rules whose results in the process and in the Collector are compared. */
import fc from 'fast-check';
import type { Plain, PlainAttributes } from '../../support/otlp/flatten.ts';

/** What is compared of an item. */
export interface Seen {
  readonly spanId?: string | undefined;
  readonly attributes: PlainAttributes;
  readonly body?: Plain;
  readonly [field: string]: unknown;
}

/** A rule. */
export interface RuleCase {
  /** `steps` or `tail` of a pipeline, as YAML in one line. */
  readonly keys: string;
  /** How the results differ: the text of a comment in the written configuration, and the change that makes the results equal. */
  readonly differs?: { readonly comment: RegExp; readonly equal: (seen: Seen) => Seen };
  /** A part of the rule has no twin: the text of a comment. Then the results are not compared. */
  readonly lacks?: RegExp;
}

const step = (text: string): RuleCase => ({ keys: `steps: [${text}]` });
const keep = (match: string): RuleCase => step(`{ filter: { keep: { ${match} } } }`);

const withText =
  (change: (text: string) => string) =>
  (seen: Seen): Seen =>
    JSON.parse(change(JSON.stringify(seen, (_, value) => (typeof value === 'bigint' ? String(value) : value)))) as Seen;

/** Attributes whose names and values break out of quotes, lines and variables; in a file a `$` is written twice. */
const HOSTILE = JSON.stringify(
  Object.fromEntries(
    fc
      .sample(
        fc.string({ unit: fc.constantFrom(...`"'\\\n\r\t\u0000\u0085\u2028{}()[]$#:,|&!%@-. aé😀`), minLength: 1 }),
        {
          seed: 17,
          numRuns: 100,
        },
      )
      .map((text) => [text, text]),
  ),
).replaceAll('$', '$$$$');

/** The Collector has one mark for all detectors. */
const MARKS: RuleCase['differs'] = {
  comment: /redact detectors: patterns without checksums find more, the mark is \*\*\*\*/,
  equal: withText((text) => text.replaceAll(/\[redacted:\w+\]/g, '****')),
};

/** The first digits of a hash are the hash of the process. */
const SHORT_HASHES = withText((text) => text.replaceAll(/\b([0-9a-f]{16})[0-9a-f]{48}\b/g, 'hmac:$1'));

/** The process writes the policy on the root. */
const POLICY: RuleCase['differs'] = {
  comment: /tail: a trace is decided decision_wait after its first span; spans have no llm_otel.sampling.policy/,
  equal: ({ attributes, ...seen }) => {
    const { 'llm_otel.sampling.policy': _, ...others } = attributes;
    return { ...seen, attributes: others };
  },
};

const tail = (policies: string, fallback = 'drop'): RuleCase => ({
  keys: `tail: { decision_wait: 1000, default: ${fallback}, policies: [${policies}] }`,
  ...(POLICY === undefined ? {} : { differs: POLICY }),
});

/** Rules about spans. */
export const SPAN_RULES = {
  'without rules': { keys: '' },
  // Every condition of a match.
  name: keep('name: "chat *"'),
  'name, literal': keep('name: "GET /health"'),
  'name, question mark': keep('name: "GET /health?*"'),
  'name, list': keep('name: ["*claude*", "process orders"]'),
  'name, regex': keep('name: { regex: "^(GET|POST) /[a-z]+$$" }'),
  scope: keep('scope: "app*"'),
  'scope of others': keep('scope: other'),
  kind: keep('kind: [client, "*er"]'),
  status: keep('status: [ok, error]'),
  'no parent': keep('parent: none'),
  'local parent': keep('parent: local'),
  'remote parent': keep('parent: remote'),
  events: keep('events: "llm_otel.*"'),
  'events, not': keep('not: { events: [exception] }'),
  'events, any': keep('any: [{ events: exception }, { name: "GET *" }]'),
  attribute: keep('attributes: { tier: gold }'),
  'attribute, glob': keep('attributes: { gen_ai.request.model: "gpt-5*" }'),
  'attribute, number as text': keep('attributes: { numeric: 42, number: "4*" }'),
  'attribute, boolean': keep('attributes: { on: true, off: "false" }'),
  'attribute, float': keep('attributes: { float: 0.5 }'),
  'attribute, empty': keep('attributes: { empty: "" }'),
  'attribute, any text': keep('attributes: { user.id: "*" }'),
  'attribute, text that is there': keep('attributes: { empty: "*" }'),
  'attribute, lines': keep('attributes: { lines: "first*second" }'),
  'attribute, hostile': keep('attributes: { "it\'s": "a\\"b\\\\c$$1 $${env:HOME} é?" }'),
  'attribute with a star': keep('attributes: { "a*b": star }'),
  'attribute, list of globs': keep('attributes: { tier: [silver, "pl*"] }'),
  'attribute, list of texts': keep('attributes: { gen_ai.response.finish_reasons: length }'),
  'attribute, list of texts with a glob': keep('attributes: { gen_ai.response.finish_reasons: "tool*" }'),
  'attribute, part of an item': keep('attributes: { gen_ai.response.finish_reasons: "tool" }'),
  'attribute, range': keep('attributes: { gen_ai.usage.cost: { gt: 0.05, lte: 0.07 } }'),
  'attribute, range of a text': keep('attributes: { numeric: { gt: 1 } }'),
  'attribute exists': keep('attributes: { tier: { exists: true } }'),
  'attribute does not exist': keep('attributes: { tier: { exists: false } }'),
  'attribute, regex': keep('attributes: { tier: { regex: "ol" } }'),
  resource: keep('resource: { service.name: "sh?p" }'),
  'resource of others': keep('resource: { service.name: other }'),
  duration: keep('duration: { gte: 300, lt: 11000 }'),
  llm: keep('llm: true'),
  'not llm': keep('llm: false'),
  'nested conditions': keep(
    'any: [{ llm: true, not: { status: error } }, { all: [{ kind: server }, { not: { any: [{ name: "GET *" }] } }] }]',
  ),
  // Every step.
  'filter, drop': step(
    '{ filter: { drop: { name: "GET /health*", status: [unset, ok], not: { duration: { gt: 1000 } } } } }',
  ),
  'filter, llm_only': {
    ...step('{ filter: { llm_only: true } }'),
    lacks: /steps\[0\] filter llm_only: a processor sees one span/,
  },
  'events, drop': step('{ events: { drop: "llm_otel.stream.*" } }'),
  'events, keep': step('{ events: { keep: [exception] } }'),
  'attributes, drop': step('{ attributes: { drop: ["http.request.header.*", user] } }'),
  'attributes, drop literal': step('{ attributes: { drop: [user, "it\'s"] } }'),
  'attributes, keep': step('{ attributes: { keep: ["gen_ai.*"] } }'),
  'attributes, on': step('{ attributes: { drop: ["user*", "host.*"], on: [resource, event] } }'),
  'attributes, link': {
    ...step('{ attributes: { drop: ["user*"], on: [link] } }'),
    lacks: /attributes on: OTTL does not reach the attributes of links/,
  },
  'attributes, mask': step('{ attributes: { mask: [number, user.id] } }'),
  'attributes, mask globs': step('{ attributes: { mask: ["n*", "*.id", tags] } }'),
  'attributes, hash': {
    ...step('{ attributes: { hash: ["user.id", "n*"] } }'),
    differs: { comment: /attributes hash: set LLM_OTEL_HASH_KEY where the Collector runs/, equal: (seen) => seen },
  },
  'attributes, truncate': {
    ...step('{ attributes: { truncate: { keys: [text, lines], max: 10 } } }'),
    differs: { comment: /truncate: bytes are counted, JSON is cut anywhere/, equal: (seen) => seen },
  },
  'attributes, everything truncated': {
    ...step('{ attributes: { truncate: { max: 95 } } }'),
    differs: { comment: /truncate: bytes are counted, JSON is cut anywhere/, equal: (seen) => seen },
  },
  'attributes, all': {
    ...step(
      '{ attributes: { drop: ["debug.*"], keep: ["user*", "debug.*", text], hash: user.id, mask: user, truncate: { keys: text, max: 2 } } }',
    ),
    differs: { comment: /attributes hash/, equal: (seen) => seen },
  },
  'enrich, attributes': step(
    '{ enrich: { attributes: { tier: x, n: 5, f: 0.25, on: false, list: [a, b], "it\'s": "\\"$$1\\"" } } }',
  ),
  'enrich, overwrite': step('{ enrich: { attributes: { tier: x }, overwrite: true } }'),
  'enrich, resource': step('{ enrich: { resource: ["service.*"] } }'),
  'enrich, resource literal': step('{ enrich: { resource: [service.name, none] } }'),
  'enrich, baggage': { ...step('{ enrich: { baggage: ["x"] } }'), lacks: /enrich baggage: the baggage does not leave/ },
  'transform, set': step('{ transform: { set: { team: search, n: 7, tags: [x] } } }'),
  'transform, hostile texts': step(`{ transform: { set: ${HOSTILE} } }`),
  'filter, hostile texts': step(`{ filter: { drop: { not: { attributes: ${HOSTILE} } } } }`),
  'transform, when': step('{ transform: { when: { attributes: { tier: gold } }, set: { tier: lead, seen: true } } }'),
  'transform, when events': step('{ transform: { when: { events: exception }, set: { failed: true } } }'),
  'transform, rename': step('{ transform: { rename: { user: user.id, none: tier } } }'),
  'transform, rename in turn': step('{ transform: { rename: { number: numeric, numeric: number, tier: tier } } }'),
  'transform, copy': step('{ transform: { copy: { number: n, n: m, none: o } } }'),
  'transform, delete': step('{ transform: { delete: ["debug.*", number] } }'),
  'transform, name': step(
    '{ transform: { rename: { user: customer }, delete: number, name: "[$${gen_ai.operation.name}] $${customer}|$${user}|$${number}|$${none}" } }',
  ),
  preset: { ...step('{ preset: { name: langfuse } }'), lacks: /steps\[0\] preset: no processor translates/ },
  redact: { ...step('{ redact: { detectors: [email, api_key, card] } }'), lacks: /redact links/, differs: MARKS },
  'redact, all': { ...step('{ redact: {} }'), lacks: /redact links/, differs: MARKS },
  'redact, hash': {
    ...step('{ redact: { detectors: [email, api_key], mode: hash } }'),
    lacks: /redact links/,
    differs: {
      comment: /redact mode: set LLM_OTEL_HASH_KEY .* hashes have 64 digits and no hmac:/,
      equal: SHORT_HASHES,
    },
  },
  'redact, keys and allow': {
    ...step('{ redact: { detectors: [email], keys: [text], allow: [{ regex: "example" }] } }'),
    lacks: /redact allow: the processor redaction would leave the whole value alone/,
  },
  'redact, pattern': {
    ...step('{ redact: { detectors: [], patterns: [{ name: path, regex: "/(chat|health)" }] } }'),
    lacks: /redact links/,
    differs: MARKS,
  },
  'steps in order': step(
    '{ transform: { set: { tier: x } } }, { filter: { keep: { attributes: { tier: x } } } }, { attributes: { keep: [tier] } }, { filter: { drop: { attributes: { user: { exists: true } } } } }',
  ),
  // Tail decisions.
  'tail, keep': tail('{ name: errors, keep: { status: error } }'),
  'tail, duration and cost': tail(
    '{ name: slow, keep: { llm: true, duration: { gt: 10000 } } }, { name: cost, keep: { attributes: { gen_ai.usage.cost: { gt: 0.1 } } } }',
  ),
  'tail, drop before keep': tail(
    '{ name: health, drop: { name: "GET /health*" } }, { name: e, keep: { status: error } }',
    'keep',
  ),
  'tail, keep before drop': tail(
    '{ name: e, keep: { status: error } }, { name: health, drop: { name: "GET /health*" } }',
    'keep',
  ),
  'tail, a name twice': tail(
    '{ name: e, keep: { status: error } }, { name: e, keep: { llm: true } }, { name: default, ratio: 0 }',
  ),
  'tail, events': tail('{ name: e, keep: { events: exception } }'),
  'tail, all': tail('{ name: r, ratio: 1 }'),
  'tail, none': tail('{ name: r, ratio: 0 }, { name: h, drop: { name: x } }'),
  'tail without policies': tail('', 'keep'),
  'tail before steps': {
    keys: 'tail: { decision_wait: 1000, policies: [{ name: gold, keep: { attributes: { tier: gold } } }] }, steps: [{ attributes: { drop: tier } }]',
    ...(POLICY === undefined ? {} : { differs: POLICY }),
  },
} as const satisfies Readonly<Record<string, RuleCase>>;

/** Rules about log records. */
export const LOG_RULES = {
  'without rules': { keys: '' },
  name: keep('name: "app.*"'),
  'any name': keep('name: "*"'),
  'not a name': keep('not: { name: "*" }'),
  'what log records do not have': keep(
    'any: [{ status: error }, { kind: client }, { parent: none }, { duration: { gt: 0 } }]',
  ),
  scope: keep('scope: "ap?", resource: { service.name: shop }'),
  'scope of others': keep('not: { scope: other }, resource: { service.name: [x, "*p"] }'),
  enrich: step('{ enrich: { attributes: { level: y, team: x }, resource: ["host.*"] } }'),
  'transform, when': step('{ transform: { when: { name: "*" }, set: { seen: true }, copy: { body: text } } }'),
  body: keep('attributes: { body: "paid*" }'),
  'no body': keep('attributes: { body: { exists: false } }'),
  'attribute with the key body': keep('attributes: { attributes.body: "not*" }'),
  llm_only: step('{ filter: { llm_only: true } }'),
  events: step('{ events: { drop: "*" } }'),
  attributes: step('{ attributes: { drop: [debug, "lev*"], mask: [user] } }'),
  'body, masked': step('{ attributes: { mask: [body] } }'),
  'body, dropped': {
    ...step('{ attributes: { drop: [body] } }'),
    differs: {
      comment: /attributes body: the body of log records becomes an empty text/,
      equal: ({ body, ...seen }) => ({ ...seen, body: body ?? '' }),
    },
  },
  transform: step('{ transform: { set: { team: x }, rename: { user: user.id }, name: "log of $${user.id}" } }'),
  redact: { ...step('{ redact: { detectors: [email] } }'), differs: MARKS },
} as const satisfies Readonly<Record<string, RuleCase>>;
