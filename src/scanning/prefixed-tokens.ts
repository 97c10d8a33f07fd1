import type { Finding } from './finding.ts'
import { isPlaceholder } from './placeholders.ts'

/** What a token consists of behind its prefix, at most as much as any token has. */
const BODIES = {
  hex: /[0-9a-f]{1,512}/iy,
  letters: /[A-Za-z0-9]{1,512}/y,
  url: /[A-Za-z0-9_-]{1,512}/y,
  base64: /[A-Za-z0-9+/]{1,512}/y,
  dotted: /[A-Za-z0-9_.~-]{1,512}/y,
} as const

type Token = readonly [
  prefixes: string,
  rule: string,
  label: string,
  body: keyof typeof BODIES,
  /** characters of the body; one number: exactly so many */
  least: number,
  most?: number,
]

const ANY = 512

/** Tokens that are told by how they begin, as their services document it. */
const TOKENS: readonly Token[] = [
  // Where code lives.
  ['ghp_ gho_ ghu_ ghs_ ghr_', 'github-token', 'GitHub token', 'letters', 36, 255],
  ['github_pat_', 'github-token', 'GitHub token', 'url', 60, 255],
  [
    'glpat- gldt- glrt- glcbt- glptt- glft- glimt- glagent- gloas- glsoat- glffct-',
    'gitlab-token',
    'GitLab token',
    'dotted',
    20,
    ANY,
  ],
  ['ATATT3 ATCTT3 ATBB', 'atlassian-token', 'Atlassian token', 'url', 24, ANY],
  ['sgp_', 'sourcegraph-token', 'Sourcegraph token', 'url', 40, 100],
  ['squ_ sqa_ sqp_', 'sonarqube-token', 'SonarQube token', 'hex', 40],
  ['CCIPAT_', 'circleci-token', 'CircleCI token', 'url', 40, 100],
  ['bkua_', 'buildkite-token', 'Buildkite token', 'hex', 40],
  // Models.
  ['sk-proj- sk-svcacct- sk-admin- sk-None-', 'openai-key', 'OpenAI key', 'url', 40, ANY],
  ['sk-ant-', 'anthropic-key', 'Anthropic key', 'url', 40, ANY],
  ['sk-or-v1-', 'openrouter-key', 'OpenRouter key', 'hex', 64],
  ['sk-', 'model-key', 'Key of a model service', 'letters', 32, 64],
  ['AIza', 'google-key', 'Google API key', 'url', 35],
  ['xai-', 'xai-key', 'xAI key', 'letters', 70, 100],
  ['gsk_', 'groq-key', 'Groq key', 'letters', 52],
  ['pplx-', 'perplexity-key', 'Perplexity key', 'letters', 40, 64],
  ['r8_', 'replicate-token', 'Replicate token', 'letters', 37],
  ['hf_ api_org_', 'huggingface-token', 'Hugging Face token', 'letters', 34],
  ['fw_', 'fireworks-key', 'Fireworks key', 'letters', 22, 24],
  ['tgp_v1_', 'together-key', 'Together key', 'url', 43],
  ['csk-', 'cerebras-key', 'Cerebras key', 'letters', 48],
  ['nvapi-', 'nvidia-key', 'NVIDIA key', 'url', 60, 80],
  ['lsv2_pt_ lsv2_sk_', 'langsmith-key', 'LangSmith key', 'url', 43],
  ['sk-lf-', 'langfuse-key', 'Langfuse key', 'url', 36],
  ['tvly-', 'tavily-key', 'Tavily key', 'url', 32, 48],
  ['pcsk_', 'pinecone-key', 'Pinecone key', 'url', 60, 80],
  ['e2b_', 'e2b-key', 'E2B key', 'hex', 40],
  ['jina_', 'jina-key', 'Jina key', 'url', 60],
  ['sk_', 'elevenlabs-key', 'ElevenLabs key', 'hex', 48],
  ['wandb_v1_', 'wandb-key', 'Weights & Biases key', 'url', 40, 100],
  ['fc-', 'firecrawl-key', 'Firecrawl key', 'hex', 32],
  // Clouds and hosts.
  ['AKIA ASIA ABIA ACCA', 'aws-access-key', 'AWS access key', 'letters', 16],
  ['ABSK', 'aws-bedrock-key', 'AWS Bedrock key', 'base64', 100, ANY],
  ['GOCSPX-', 'google-client-secret', 'Google client secret', 'url', 28],
  ['ya29.', 'google-token', 'Google access token', 'url', 40, ANY],
  ['1//0', 'google-token', 'Google refresh token', 'url', 40, ANY],
  ['dop_v1_ doo_v1_ dor_v1_', 'digitalocean-token', 'DigitalOcean token', 'hex', 64],
  ['HRKU-', 'heroku-key', 'Heroku key', 'url', 36, 80],
  ['fo1_ fm2_', 'fly-token', 'Fly.io token', 'base64', 40, ANY],
  ['nfp_ nfc_', 'netlify-token', 'Netlify token', 'letters', 36, 48],
  ['vcp_ vci_ vca_ vcr_ vck_', 'vercel-token', 'Vercel token', 'letters', 20, 60],
  ['cfk_ cfut_ cfat_', 'cloudflare-token', 'Cloudflare token', 'letters', 48],
  ['rnd_', 'render-key', 'Render key', 'letters', 28, 40],
  ['sbp_', 'supabase-token', 'Supabase token', 'hex', 40],
  ['sb_secret_', 'supabase-token', 'Supabase secret key', 'url', 31],
  ['pscale_tkn_ pscale_pw_ pscale_oauth_', 'planetscale-token', 'PlanetScale token', 'dotted', 32, 64],
  ['napi_', 'neon-key', 'Neon key', 'letters', 64],
  ['tskey-', 'tailscale-key', 'Tailscale key', 'url', 24, 100],
  // Secrets about secrets.
  ['hvs. hvb. hvr.', 'vault-token', 'Vault token', 'url', 24, ANY],
  ['pul-', 'pulumi-token', 'Pulumi token', 'hex', 40],
  ['dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.', 'doppler-token', 'Doppler token', 'dotted', 40, 80],
  ['ops_eyJ', '1password-token', '1Password token', 'base64', 100, ANY],
  ['AGE-SECRET-KEY-1', 'age-key', 'age key', 'letters', 58],
  ['npt_', 'neptun-share-token', 'Neptun Share token', 'url', 49],
  // Packages.
  ['npm_', 'npm-token', 'npm token', 'letters', 36],
  ['pypi-AgE', 'pypi-token', 'PyPI token', 'url', 50, ANY],
  ['rubygems_', 'rubygems-key', 'RubyGems key', 'hex', 48],
  ['cio', 'crates-token', 'crates.io token', 'letters', 32],
  ['oy2', 'nuget-key', 'NuGet key', 'letters', 43],
  ['dckr_pat_ dckr_oat_', 'docker-token', 'Docker token', 'url', 27, 40],
  ['CLOJARS_', 'clojars-token', 'Clojars token', 'letters', 60],
  // Payments.
  ['sk_live_ sk_test_ rk_live_ rk_test_', 'stripe-key', 'Stripe key', 'letters', 24, 200],
  ['whsec_', 'webhook-secret', 'Webhook secret', 'base64', 32, 64],
  ['shpat_ shpca_ shppa_ shpss_', 'shopify-token', 'Shopify token', 'letters', 32, 64],
  ['sq0atp- sq0csp-', 'square-token', 'Square token', 'url', 22, 60],
  ['rzp_live_ rzp_test_', 'razorpay-key', 'Razorpay key', 'letters', 14],
  ['FLWSECK-', 'flutterwave-key', 'Flutterwave key', 'url', 32, 64],
  ['access_token$production$', 'paypal-token', 'PayPal token', 'url', 40, 80],
  // Messages.
  [
    'xoxb- xoxp- xoxa- xoxo- xoxr- xoxs- xoxe- xoxc- xoxd- xapp-',
    'slack-token',
    'Slack token',
    'url',
    24,
    ANY,
  ],
  ['SG.', 'sendgrid-key', 'SendGrid key', 'dotted', 60, 80],
  ['key-', 'mailgun-key', 'Mailgun key', 'hex', 32],
  ['re_', 'resend-key', 'Resend key', 'url', 33],
  ['xkeysib- xsmtpsib-', 'brevo-key', 'Brevo key', 'url', 80, 100],
  ['SK', 'twilio-key', 'Twilio key', 'hex', 32],
  // Watching.
  ['glc_', 'grafana-token', 'Grafana token', 'base64', 32, ANY],
  ['glsa_', 'grafana-token', 'Grafana token', 'url', 41],
  ['sntrys_', 'sentry-token', 'Sentry token', 'base64', 60, ANY],
  ['sntryu_', 'sentry-token', 'Sentry token', 'hex', 64],
  ['NRAK-', 'newrelic-key', 'New Relic key', 'letters', 27],
  ['phx_', 'posthog-key', 'PostHog key', 'letters', 43, 48],
  ['dt0c01. dt0s01.', 'dynatrace-token', 'Dynatrace token', 'dotted', 80, 100],
  ['hcaik_', 'honeycomb-key', 'Honeycomb key', 'letters', 58],
  // Work.
  ['lin_api_ lin_oauth_', 'linear-key', 'Linear key', 'letters', 32, 128],
  ['ntn_', 'notion-token', 'Notion token', 'letters', 40, 60],
  ['secret_', 'notion-token', 'Notion token', 'letters', 43],
  ['figd_ figu_', 'figma-token', 'Figma token', 'url', 40, 200],
  ['PMAK-', 'postman-key', 'Postman key', 'url', 59],
  ['tfp_', 'typeform-token', 'Typeform token', 'dotted', 40, 80],
  ['CFPAT-', 'contentful-token', 'Contentful token', 'url', 43],
  ['dapi', 'databricks-token', 'Databricks token', 'hex', 32],
  ['sl.u. sl.B.', 'dropbox-token', 'Dropbox token', 'url', 60, ANY],
  ['pat-na1- pat-eu1-', 'hubspot-token', 'HubSpot token', 'url', 36],
  ['pnu_ pnb_', 'prefect-key', 'Prefect key', 'letters', 36],
  ['rdme_', 'readme-key', 'ReadMe key', 'letters', 70],
  ['shippo_live_ shippo_test_', 'shippo-token', 'Shippo token', 'hex', 40],
  ['EZAK EZTK', 'easypost-key', 'EasyPost key', 'letters', 54],
  ['sk.eyJ', 'mapbox-token', 'Mapbox secret token', 'dotted', 60, ANY],
  ['AKCp', 'artifactory-key', 'Artifactory key', 'letters', 69],
]

const byPrefix = new Map(
  TOKENS.flatMap(([prefixes, ...token]) => prefixes.split(' ').map((prefix) => [prefix, token] as const)),
)

/** The beginnings, longest first, so that `sk-ant-` isn't read as `sk-`; a `_` before them may be Markdown's. */
const BEGINNING = new RegExp(
  `(?<![A-Za-z0-9-]|[A-Za-z0-9_-]_)(?:${[...byPrefix.keys()]
    .toSorted((a, b) => b.length - a.length)
    .map((prefix) => prefix.replace(/[.$]/g, String.raw`\$&`))
    .join('|')})`,
  'g',
)

/** Keys and tokens of services that are told by how they begin. */
export function findPrefixedTokens(text: string): Finding[] {
  const found: Finding[] = []
  for (const { 0: prefix, index } of text.matchAll(BEGINNING)) {
    const token = byPrefix.get(prefix)
    if (!token) continue
    const [rule, label, kind, least, most = least] = token
    const body = bodyAt(text, index + prefix.length, kind)
    if (body.length < least || (body.length > most && most < ANY) || !isRandom(body)) continue
    const end = index + prefix.length + body.length
    found.push({ kind: 'secret', rule, label, start: index, end, shown: Math.min(prefix.length, 8) })
  }
  return found
}

function bodyAt(text: string, start: number, kind: keyof typeof BODIES): string {
  const expression = BODIES[kind]
  expression.lastIndex = start
  const body = expression.exec(text)?.[0] ?? ''
  // A sentence may end with it.
  return kind === 'dotted' ? body.replace(/\.{1,8}$/, '') : body
}

/** Names and placeholders (`sk-your-api-key-goes-here`, `AKIA…EXAMPLE`) are no keys. */
function isRandom(body: string): boolean {
  if (isPlaceholder(body) || new Set(body).size < 8) return false
  return /\d/.test(body) || (/[a-z]/.test(body) && /[A-Z]/.test(body)) || /^[A-Z]{16}$/.test(body)
}
