/**
 * Keys of services, known by their beginnings. Every row takes linear time: an attempt fails within a bounded length, or takes the
 * whole key.
 */

/** What stands before a key: `_` may, as in `__sk-...__` and `KEY_ghp_...`. */
const START = '(?<![A-Za-z0-9])';

/** Service, texts of which each key has one, and the pattern of the key. */
type KeyRow = readonly [service: string, hints: readonly string[], pattern: string];

const KEYS = [
  // A key with sk- has a digit: `sk-learn-compatible-estimators` is no key.
  ['OpenAI, Anthropic, DeepSeek, OpenRouter, Langfuse', ['sk-'], 'sk-(?=[A-Za-z_-]{0,64}\\d)[A-Za-z0-9_-]{20,}'],
  ['Langfuse public', ['pk-lf-'], 'pk-lf-[0-9a-f-]{20,}'],
  ['Cerebras', ['csk-'], 'csk-[a-z0-9]{20,}'],
  ['Google', ['AIza'], 'AIza[A-Za-z0-9_-]{35}'],
  ['Google OAuth', ['ya29.', 'GOCSPX-'], '(?:ya29\\.|GOCSPX-)[A-Za-z0-9_-]{20,}'],
  ['Groq, Hugging Face, Replicate', ['gsk_', 'hf_', 'r8_'], '(?:gsk_|hf_|r8_)[A-Za-z0-9]{20,}'],
  ['xAI, Perplexity', ['xai-', 'pplx-'], '(?:xai-|pplx-)[A-Za-z0-9]{20,}'],
  ['Together, Fireworks', ['tgp_v1_', 'fw_'], '(?:tgp_v1_[A-Za-z0-9_-]{20,}|fw_[A-Za-z0-9]{20,})'],
  ['NVIDIA', ['nvapi-'], 'nvapi-[A-Za-z0-9_-]{20,}'],
  ['Voyage', ['pa-'], 'pa-(?=[A-Za-z_-]{0,64}\\d)[A-Za-z0-9_-]{40,}'],
  ['Jina, LlamaCloud, Tavily', ['jina_', 'llx-', 'tvly-'], '(?:jina_|llx-|tvly-)[A-Za-z0-9_-]{20,}'],
  ['Firecrawl, E2B', ['fc-', 'e2b_'], '(?:fc-|e2b_)[0-9a-f]{32,}'],
  ['LangSmith', ['lsv2_', 'ls__'], '(?:lsv2_[a-z]{2}_|ls__)[A-Za-z0-9_]{20,}'],
  ['Pinecone', ['pcsk_'], 'pcsk_[A-Za-z0-9_]{20,}'],
  ['Databricks', ['dapi', 'dose', 'dkea'], '(?:dapi|dose|dkea)[0-9a-f]{32}(?:-\\d{1,2})?(?![A-Za-z0-9])'],
  ['ElevenLabs', ['sk_'], 'sk_[0-9a-f]{40,}'],
  ['GitHub', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'], '(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,})'], // biome-ignore format: a row
  ['GitLab', ['gl'], 'gl(?:pat|dt|rt|rtr|cbt|ptt|ft|soat|imt|agent|oas)-[A-Za-z0-9_-]{20,}'],
  ['GitLab runner registration', ['GR1348941'], 'GR1348941[A-Za-z0-9_-]{16,}'],
  ['AWS', ['AKIA', 'ASIA'], 'A(?:KIA|SIA)[A-Z0-9]{16}(?![A-Za-z0-9])'],
  ['AWS Bedrock', ['ABSK', 'bedrock-api-key-'], '(?:ABSK|bedrock-api-key-)[A-Za-z0-9+/=_-]{40,}'],
  ['Slack', ['xox', 'xapp-'], '(?:xox[abeoprs](?:\\.xox[bp])?-|xapp-)[A-Za-z0-9-]{10,}'],
  [
    'Slack webhooks',
    ['hooks.slack.com'],
    '(?<=hooks\\.slack\\.com/(?:services|workflows|triggers)/)[A-Za-z0-9_/+-]{20,}',
  ],
  ['Discord webhooks', ['/webhooks/'], '(?<=discord(?:app)?\\.com/api/webhooks/)\\d{5,25}/[A-Za-z0-9_-]{20,}'],
  ['Stripe', ['_live_', '_test_', 'whsec_'], '(?:[spr]k_(?:live|test)_|whsec_)[A-Za-z0-9]{16,}'],
  ['SendGrid', ['SG.'], 'SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,}'],
  ['Mailgun', ['key-'], 'key-[0-9a-z]{32}(?![A-Za-z0-9])'],
  ['Mailchimp', ['-us'], '[0-9a-f]{32}-us\\d{1,2}(?![A-Za-z0-9])'],
  ['Twilio', ['SK'], 'SK[0-9a-f]{32}(?![A-Za-z0-9])'],
  ['Telegram', [':AA'], '\\d{8,10}:AA[A-Za-z0-9_-]{32,}'],
  ['Vault', ['hvs.', 'hvb.', 'hvr.'], 'hv[sbr]\\.[A-Za-z0-9_-]{20,}'],
  ['Terraform Cloud', ['.atlasv1.'], '[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_=-]{40,}'],
  ['npm, PyPI, RubyGems', ['npm_', 'pypi-', 'rubygems_'], '(?:npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{40,}|rubygems_[0-9a-f]{40,})'], // biome-ignore format: a row
  ['DigitalOcean, Docker', ['_v1_', 'dckr_'], '(?:do[opr]_v1_[0-9a-f]{40,}|dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,})'],
  ['Shopify', ['shp'], 'shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32,}'],
  ['Square', ['sq0'], 'sq0[a-z]{3}-[A-Za-z0-9_-]{20,}'],
  ['Linear, Notion, Figma', ['lin_', 'ntn_', 'figd_'], '(?:lin_(?:api|oauth)_[A-Za-z0-9]{32,}|ntn_[A-Za-z0-9]{40,}|figd_[A-Za-z0-9_-]{36,})'], // biome-ignore format: a row
  ['Airtable', ['pat'], 'pat[A-Za-z0-9]{14}\\.[0-9a-f]{64}'],
  ['Grafana, Sentry', ['glsa_', 'glc_', 'sntry'], '(?:glsa_|glc_|sntry[su]_)[A-Za-z0-9+/=_-]{32,}'],
  ['New Relic, Postman', ['NR', 'PMAK-'], '(?:NR(?:AK|II|JS)-[A-Za-z0-9]{20,}|PMAK-[0-9a-f]{24}-[0-9a-f]{34})'],
  ['Supabase, Netlify, PlanetScale', ['sbp_', 'sb_secret_', 'nfp_', 'pscale_'], '(?:sbp_[0-9a-f]{40}|sb_secret_[A-Za-z0-9_-]{20,}|nfp_[A-Za-z0-9]{32,}|pscale_(?:tkn|oauth|pw)_[A-Za-z0-9_.-]{32,})'], // biome-ignore format: a row
  ['Atlassian, Heroku, Doppler', ['ATATT3', 'HRKU-', 'dp.'], '(?:ATATT3[A-Za-z0-9_=-]{40,}|HRKU-[A-Za-z0-9_-]{36,}|dp\\.(?:pt|st|ct|sa)\\.[A-Za-z0-9_.-]{40,})'], // biome-ignore format: a row
  ['PostHog, RunPod', ['phx_', 'phc_', 'rpa_'], '(?:ph[xc]_|rpa_)[A-Za-z0-9]{32,}'],
  ['age', ['AGE-SECRET-KEY-1'], 'AGE-SECRET-KEY-1[A-Z0-9]{50,}'],
] as const satisfies readonly KeyRow[];

/** Every key that begins as its service lets its keys begin. */
export const API_KEY_PATTERNS: readonly { readonly hints: readonly string[]; readonly pattern: RegExp }[] = KEYS.map(
  ([, hints, pattern]) => ({ hints, pattern: new RegExp(`${START}${pattern}`, 'g') }),
);
