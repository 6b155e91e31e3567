import { describe, expect, it } from 'vitest';
import { DETECTOR_NAMES } from '../../src/facts/detector-names.ts';
import { API_KEY_PATTERNS } from '../../src/redaction/api-keys.ts';
import { contentDetectors } from '../../src/redaction/content-detectors.ts';
import { type Detectors, findSecrets, redactSplitSecrets, redactText } from '../../src/redaction/redact-text.ts';

const CONTENT = contentDetectors(true) as Detectors;
const ALL = contentDetectors('all') as Detectors;
const redact = (text: string): string => redactText(text, CONTENT);

/** Put together here, so that no scanner of secrets finds a key in this file. */
const mixed = (length: number): string => 'aB3dE5gH7jK9mN1pQ'.repeat(8).slice(0, length);
const hex = (length: number): string => '0a1b2c3d4e5f6789'.repeat(8).slice(0, length);
const low = (length: number): string => mixed(length).toLowerCase();
const join = (...pieces: string[]): string => pieces.join('');

/** A key of each service, in the documented form. */
const KEYS: Readonly<Record<string, string>> = {
  LangSmith: join('lsv2_', 'pt_', hex(32), '_', hex(10)),
  Langfuse: join('sk-', 'lf-', '1234abcd-12ab-34cd-56ef-1234567890ab'),
  'Langfuse public': join('pk-', 'lf-', '1234abcd-12ab-34cd-56ef-1234567890ab'),
  Pinecone: join('pcsk', '_', mixed(40)),
  Voyage: join('pa', '-', mixed(43)),
  NVIDIA: join('nvapi', '-', mixed(60)),
  Databricks: join('dapi', hex(32)),
  Together: join('tgp_v1', '_', mixed(43)),
  Fireworks: join('fw', '_', mixed(24)),
  Tavily: join('tvly', '-', mixed(32)),
  Firecrawl: join('fc', '-', hex(32)),
  LlamaCloud: join('llx', '-', mixed(48)),
  Jina: join('jina', '_', mixed(60)),
  Cerebras: join('csk', '-', low(48)),
  ElevenLabs: join('sk', '_', hex(48)),
  SendGrid: join('SG', '.', mixed(22), '.', mixed(43)),
  Stripe: join('rk', '_test_', mixed(24)),
  'Stripe webhook': join('whsec', '_', mixed(32)),
  'GitLab runner': join('glrt', '-', mixed(20)),
  'GitLab registration': join('GR1348941', mixed(20)),
  Vault: join('hvs', '.', mixed(90)),
  'Slack app': join('xapp', '-1-A0123-', '123456-', hex(40)),
  GitHub: join('gho', '_', mixed(36)),
  Mailgun: join('key', '-', low(32)),
  Mailchimp: join(hex(32), '-us', '12'),
  Twilio: join('SK', hex(32)),
  Telegram: join('123456789', ':AA', mixed(33)),
  PyPI: join('pypi', '-', mixed(60)),
  DigitalOcean: join('dop_v1', '_', hex(64)),
  Docker: join('dckr_pat', '_', mixed(27)),
  Shopify: join('shpat', '_', hex(32)),
  Square: join('sq0csp', '-', mixed(43)),
  Linear: join('lin_api', '_', mixed(40)),
  Notion: join('ntn', '_', mixed(46)),
  Figma: join('figd', '_', mixed(40)),
  Airtable: join('pat', mixed(14), '.', hex(64)),
  Grafana: join('glsa', '_', mixed(32), '_', hex(8)),
  Sentry: join('sntrys', '_', mixed(60)),
  'New Relic': join('NRAK', '-', mixed(27).toUpperCase()),
  Postman: join('PMAK', '-', hex(24), '-', hex(34)),
  Supabase: join('sbp', '_', hex(40)),
  Atlassian: join('ATATT3', mixed(60)),
  Heroku: join('HRKU', '-', '1234abcd-12ab-34cd-56ef-1234567890ab'),
  Doppler: join('dp.', 'pt.', mixed(43)),
  'Google OAuth': join('GOCSPX', '-', mixed(28)),
  Terraform: join(mixed(14), '.atlasv1.', mixed(60)),
  OpenAI: join('sk', '-', mixed(48)),
  Google: join('AIza', mixed(35)),
  Groq: join('gsk', '_', mixed(52)),
  xAI: join('xai', '-', mixed(80)),
  AWS: join('AKIA', 'QWERTY234567ASDF'),
  'AWS Bedrock': join('ABSK', mixed(100)),
  Slack: join('xoxb', '-', '12345-', mixed(24)),
  npm: join('npm', '_', mixed(36)),
  PostHog: join('phx', '_', mixed(40)),
  age: join('AGE-SECRET', '-KEY-1', mixed(58).toUpperCase()),
};

/** Webhooks: the secret is the end of a URL. */
const WEBHOOKS = [
  join('https://hooks.slack.com/', 'services/T00000000/B00000000/', mixed(24)),
  join('https://discord.com/api/', 'webhooks/1234567890/', mixed(60)),
];

describe('keys of services', () => {
  it.each(Object.entries(KEYS))('%s', (_, key) => {
    for (const [before, after] of [
      ['', ''],
      ['key: ', ' and more'],
      ['{"k":"', '"}'],
      ['`', '`'],
      ['KEY_', ''],
      ['__', '__'],
    ] as const)
      expect(redact(before + key + after).replace('[redacted:api_key]__', '[redacted:api_key]')).toMatch(
        new RegExp(`^${before.replace('{', '\\{')}\\[redacted:api_key\\]`),
      );
  });

  it.each(WEBHOOKS)('%s', (url) => {
    expect(redact(`POST ${url} now`)).toMatch(/^POST https:\/\/[a-z.]+\/[a-z/]+\/\[redacted:api_key\] now$/);
  });

  it('have a row each', () => {
    const texts = [...Object.values(KEYS), ...WEBHOOKS];
    const untested = API_KEY_PATTERNS.filter(({ pattern }) => !texts.some((text) => text.search(pattern) >= 0));
    expect(untested.map(({ pattern }) => pattern.source)).toEqual([]);
  });
});

describe('secrets that only their names give away', () => {
  it.each([
    ['{"password": "hunter2 forever"}', '{"password": "[redacted:api_key]"}'],
    ['{\\"db_password\\":\\"hunter2\\"}', '{\\"db_password\\":\\"[redacted:api_key]\\"}'],
    ["clientSecret: 'abc-def'", "clientSecret: '[redacted:api_key]'"],
    ['DB_PASSWORD=correcthorse', 'DB_PASSWORD=[redacted:api_key]'],
    [`aws_secret_access_key = ${mixed(40)}`, 'aws_secret_access_key = [redacted:api_key]'],
    [`AccountName=x;AccountKey=${mixed(80)}==;EndpointSuffix=y`, 'AccountName=x;AccountKey=[redacted:api_key];EndpointSuffix=y'], // biome-ignore format: a row
    [`x-api-key: ${mixed(20)}`, 'x-api-key: [redacted:api_key]'],
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [redacted:bearer_token]'],
    ['{"Authorization":"Basic dXNlcjpwYXNzd29yZA=="}', '{"Authorization":"Basic [redacted:bearer_token]"}'],
    ['redis://:s3cr3t@cache:6379/0', 'redis://:[redacted:url_credentials]@cache:6379/0'],
    ['amqp://u:p:w@host', 'amqp://u:[redacted:url_credentials]@host'],
    ['https://h.example/?password=abc&x=1', 'https://h.example/?password=[redacted:url_secret]&x=1'],
    ['call\n+49 30 901820 now', 'call\n[redacted:phone] now'],
    ['+14155552671\n+14155552672', '[redacted:phone]\n[redacted:phone]'],
  ])('masks %s', (text, want) => {
    expect(redact(text)).toBe(want);
  });

  it.each([
    'The password: it is required.',
    'password = getPassword()',
    'const apiKey = process.env.OPENAI_API_KEY;',
    'API_KEY=$OPENAI_API_KEY',
    'secret: optional',
    '"password": ""',
    'the basic internationalization tools',
    'pa-systems-for-large-rooms-and-halls-in-every-town-of-the-land',
    'diff --git a/x b/x\n@@ -1 +1 @@\n+12345678901\n',
    '2001:db8::1 and 10.0.0.1',
    '👨‍👩‍👧 100%25 of it',
  ])('leaves %s alone', (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe('look-alikes', () => {
  const card = (separator: string): string => ['4111', '1111', '1111', '1111'].join(separator);
  it.each([
    ['no-break spaces', card('\u00a0'), 'card'],
    ['narrow spaces', card('\u202f'), 'card'],
    ['dots', card('.'), 'card'],
    ['percent-encoded spaces', card('%20'), 'card'],
    ['other dashes', card('\u2011'), 'card'],
    ['no width', `4111\u200b1111${'\u2060'}11111111`, 'card'],
    ['full width', '４１１１１１１１１１１１１１１１', 'card'],
    ['an address', 'jane.doe%40example.com', 'email'],
    ['an address without width', 'jane\u200b@exam\u00adple.com', 'email'],
    ['an account', 'DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000', 'iban'],
    ['a phone', '%2B49%2030%20901820', 'phone'],
    ['a number', '123\u201145\u20116789', 'ssn'],
    ['a number with dots', '123.45.6789', 'ssn'],
    ['a key', `sk-proj-${mixed(10)}\u200b${mixed(30)}`, 'api_key'],
  ])('%s', (_, text, name) => {
    expect(redact(`a\u00a0b ${text}, c%20d`)).toBe(`a\u00a0b [redacted:${name}], c%20d`);
  });
});

describe('addresses of the network', () => {
  it.each(['10.0.0.1', '192.168.1.255', '2001:db8::1', '::1', 'fe80::1%eth0', '::ffff:10.0.0.1', '1:2:3:4:5:6:7:8'])(
    '%s',
    (ip) => {
      expect(redactText(`from ${ip} to`, ALL)).toBe('from [redacted:ip] to');
      expect(redact(`from ${ip} to`)).toBe(`from ${ip} to`);
    },
  );

  it.each(['1.2.3', '1.2.3.4.5', '256.1.1.1', '12:34:56', 'std::vector', 'a :: b', '00:1b:44:11:3a:b7', 'v1.2.3.4a'])(
    'leaves %s alone',
    (text) => {
      expect(redactText(text, ALL)).toBe(text);
    },
  );
});

describe('a chosen set', () => {
  it('has the names of the contract', () => {
    expect([...DETECTOR_NAMES].sort()).toEqual(
      ['email', 'phone', 'card', 'iban', 'ssn', 'ip', 'jwt', 'api_key', 'bearer_token', 'private_key', 'url_credentials', 'url_secret'].sort(), // biome-ignore format: one list
    );
  });

  it('finds only what is chosen, and makes other marks', () => {
    const text = 'a@b.example, 4111 1111 1111 1111';
    expect(redactText(text, new Set(['card'] as const))).toBe('a@b.example, [redacted:card]');
    expect(redactText(text, ALL, (name, secret) => `<${name} ${secret.length}>`)).toBe('<email 11>, <card 19>');
    expect(findSecrets(text, ALL)).toEqual([
      { name: 'email', start: 0, end: 11 },
      { name: 'card', start: 13, end: 32 },
    ]);
  });
});

describe('a secret over several texts', () => {
  const key = join('sk-', 'proj-', mixed(48));
  it.each([
    [
      ['my ', key.slice(0, 20), key.slice(20), ' ok'],
      ['my ', '[redacted:api_key]', '', ' ok'],
    ],
    [
      [`x ${key.slice(0, 5)}`, key.slice(5, 15), `${key.slice(15)} y`],
      ['x [redacted:api_key]', '', ' y'],
    ],
    [
      ['a@b.example in one', 'and 4111 1111'],
      ['a@b.example in one', 'and 4111 1111'],
    ],
    [
      ['4111 1111 ', '1111 1111 and a@', 'b.example'],
      ['[redacted:card]', ' and [redacted:email]', ''],
    ],
    [
      ['', ''],
      ['', ''],
    ],
  ])('%j', (texts, want) => {
    expect(redactSplitSecrets(texts, CONTENT)).toEqual(want);
  });
});

describe('time', () => {
  it.each([
    ...[
      '_sk-',
      '-sk-a',
      'eyJa',
      'a_eyJaaaaaaaa',
      'password=',
      '"password":"',
      'password: a',
      'authorization: basic ',
      'basic aaaa',
    ],
    ...[
      '4111.',
      'a\u200b',
      '%41',
      '1.1.1.',
      'a:',
      '::',
      'glpat-',
      '_live_',
      '123456789:AA',
      'SG.',
      'pa-',
      'https://:',
      '?password=a',
      '+1\n',
    ],
  ])('is in proportion to the length of %j', (unit) => {
    const time = (length: number): number => {
      const text = unit.repeat(Math.ceil(length / unit.length));
      const start = performance.now();
      redactText(`${text}@ eyJ sk- + = - ://`, ALL);
      return performance.now() - start;
    };
    time(20_000);
    // Quadratic work on 500 kB is many seconds.
    expect(time(500_000)).toBeLessThan(2000);
  });
});
