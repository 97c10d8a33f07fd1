import { randomText } from './random-text.ts'

/** A secret of a kind, made up, as it would stand in a message. */
export interface MadeUpSecret {
  readonly kind: string
  /** what has to be hidden */
  readonly secret: string
  readonly message: string
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * Real-shaped secrets of many services. They are put together here, so that the repository holds none that a scanner
 * would take for real.
 */
export function madeUpSecrets(seed: string): MadeUpSecret[] {
  const random = randomText(seed)
  const { text } = random
  const hex = (length: number): string => text('hex', length)
  const letters = (length: number): string => text('letters', length)
  const url = (length: number): string => text('url', length - 1) + text('letters', 1)
  const uuid = (): string => [8, 4, 4, 4, 12].map(hex).join('-')
  const jwt = [
    base64url({ alg: 'HS256', typ: 'JWT' }),
    base64url({ uid: hex(12), exp: 1790000000 }),
    url(43),
  ].join('.')
  const pem = (name: string): string =>
    `-----BEGIN ${name}PRIVATE KEY-----\n${text('base64', 64)}\n${text('base64', 64)}\n${text('base64', 60)}\n-----END ${name}PRIVATE KEY-----`

  // What only has a token, in any surroundings.
  const tokens: Record<string, string> = {
    'GitHub classic': `ghp_${letters(36)}`,
    'GitHub OAuth': `gho_${letters(36)}`,
    'GitHub app': `ghs_${letters(36)}`,
    'GitHub fine-grained': `github_pat_${letters(22)}_${letters(59)}`,
    GitLab: `glpat-${url(20)}`,
    'GitLab runner': `glrt-${url(20)}`,
    Atlassian: `ATATT3${url(186)}`,
    SonarQube: `squ_${hex(40)}`,
    Buildkite: `bkua_${hex(40)}`,
    'OpenAI project': `sk-proj-${url(74)}T3BlbkFJ${url(74)}`,
    'OpenAI classic': `sk-${letters(20)}T3BlbkFJ${letters(20)}`,
    Anthropic: `sk-ant-api03-${url(93)}AA`,
    OpenRouter: `sk-or-v1-${hex(64)}`,
    DeepSeek: `sk-${hex(32)}`,
    'Google API': `AIza${url(35)}`,
    'Google client secret': `GOCSPX-${url(28)}`,
    'Google access': `ya29.${url(120)}`,
    xAI: `xai-${letters(80)}`,
    Groq: `gsk_${letters(52)}`,
    Perplexity: `pplx-${letters(48)}`,
    Replicate: `r8_${letters(37)}`,
    'Hugging Face': `hf_${letters(34)}`,
    Together: `tgp_v1_${url(43)}`,
    NVIDIA: `nvapi-${url(64)}`,
    LangSmith: `lsv2_pt_${hex(32)}_${hex(10)}`,
    Langfuse: `sk-lf-${uuid()}`,
    Tavily: `tvly-dev-${letters(32)}`,
    Pinecone: `pcsk_${letters(6)}_${letters(63)}`,
    ElevenLabs: `sk_${hex(48)}`,
    'AWS access key': `AKIA${text('upper', 16)}`,
    'AWS session key': `ASIA${text('upper', 16)}`,
    'Azure client secret': `${letters(3)}8Q~${letters(34)}`,
    DigitalOcean: `dop_v1_${hex(64)}`,
    Heroku: `HRKU-AA${url(58)}`,
    'Fly.io': `fm2_${text('base64', 120)}`,
    Netlify: `nfp_${letters(36)}`,
    Vercel: `vcp_${letters(56)}`,
    Cloudflare: `cfut_${letters(40)}${hex(8)}`,
    Render: `rnd_${letters(32)}`,
    Supabase: `sbp_${hex(40)}`,
    'Supabase secret': `sb_secret_${url(31)}`,
    PlanetScale: `pscale_tkn_${url(43)}`,
    Neon: `napi_${text('lower', 64)}`,
    Tailscale: `tskey-auth-k${letters(11)}CNTRL-${letters(32)}`,
    Vault: `hvs.${url(90)}`,
    Terraform: `${letters(14)}.atlasv1.${url(67)}`,
    Pulumi: `pul-${hex(40)}`,
    Doppler: `dp.st.dev.${letters(43)}`,
    age: `AGE-SECRET-KEY-1${text('upper', 58)}`,
    'Neptun Share': `npt_${url(49)}`,
    npm: `npm_${letters(36)}`,
    PyPI: `pypi-AgEIcHlwaS5vcmc${url(150)}`,
    RubyGems: `rubygems_${hex(48)}`,
    NuGet: `oy2${text('lower', 43)}`,
    Docker: `dckr_pat_${url(27)}`,
    'Stripe live': `sk_live_${letters(24)}`,
    'Stripe restricted': `rk_live_${letters(99)}`,
    'Stripe webhook': `whsec_${letters(32)}`,
    Shopify: `shpat_${hex(32)}`,
    Square: `sq0atp-${url(22)}`,
    Plaid: `access-production-${uuid()}`,
    'Slack bot': `xoxb-${random.number(1e9) + 1e9}1-${random.number(1e9) + 1e9}2-${letters(24)}`,
    'Slack app': `xapp-1-A0${text('upper', 9)}-${random.number(1e9) + 1e9}3-${hex(64)}`,
    Discord: `MT${letters(24)}.G${letters(5)}.${letters(38)}`,
    Telegram: `${random.number(8e8) + 1e8}:AA${letters(33)}`,
    Twilio: `SK${hex(32)}`,
    SendGrid: `SG.${letters(22)}.${letters(43)}`,
    Mailgun: `key-${hex(32)}`,
    Mailchimp: `${hex(32)}-us14`,
    Resend: `re_${letters(8)}_${letters(24)}`,
    Brevo: `xkeysib-${hex(64)}-${letters(16)}`,
    'Grafana service account': `glsa_${letters(32)}_${hex(8)}`,
    Sentry: `sntryu_${hex(64)}`,
    'New Relic': `NRAK-${text('upper', 27)}`,
    PostHog: `phx_${letters(43)}`,
    Dynatrace: `dt0c01.${text('upper', 24)}.${text('upper', 64)}`,
    Linear: `lin_api_${letters(40)}`,
    Notion: `ntn_${random.number(9e10) + 1e10}${letters(35)}`,
    Figma: `figd_${url(40)}`,
    Airtable: `pat${letters(14)}.${hex(64)}`,
    Postman: `PMAK-${hex(24)}-${hex(34)}`,
    Databricks: `dapi${hex(32)}`,
    HubSpot: `pat-na1-${uuid()}`,
    LaunchDarkly: `sdk-${uuid()}`,
    Mapbox: `sk.eyJ${letters(80)}.${letters(22)}`,
    'a private key': pem(''),
    'an RSA key': pem('RSA '),
    'an OpenSSH key': pem('OPENSSH '),
    'a JSON Web Token': jwt,
  }
  const surroundings = [
    (token: string) => `Use this one: ${token}`,
    (token: string) => `export API_KEY=${token}\nnpm start`,
    (token: string) => `\`\`\`json\n{ "key": "${token}" }\n\`\`\``,
    (token: string) =>
      `\`\`\`tool Bash\n{"command":"curl -H 'X-Key: ${token}' https://api.neptun.dev"}\n\`\`\``,
    (token: string) => `It said: key (${token}), which works.`,
  ]
  const alone = Object.entries(tokens).map(([kind, secret]) => ({
    kind,
    secret,
    message: random.pick(surroundings)(secret),
  }))

  // What is told by what stands around it.
  const within: Record<string, readonly [secret: string, around: (secret: string) => string]> = {
    'AWS secret': [text('base64', 40), (one) => `aws_secret_access_key = ${one}`],
    'Azure storage': [
      `${text('base64', 86)}==`,
      (one) => `AccountName=moons;AccountKey=${one};EndpointSuffix=core.windows.net`,
    ],
    'Azure service bus': [
      `${text('base64', 43)}=`,
      (one) => `SharedAccessKeyName=Root;SharedAccessKey=${one}`,
    ],
    'Slack webhook': [
      `T0${text('upper', 8)}/B0${text('upper', 8)}/${letters(24)}`,
      (one) => `https://hooks.slack.com/services/${one}`,
    ],
    'Discord webhook': [
      `1${random.number(9e8)}${random.number(9e8) + 1e8}0`.padEnd(18, '7') + `/${url(68)}`,
      (one) => `https://discord.com/api/webhooks/${one}`,
    ],
    'PostgreSQL URL': [letters(16), (one) => `DATABASE_URL=postgres://moons:${one}@db.neptun.dev:5432/moons`],
    'MongoDB URL': [letters(16), (one) => `mongodb+srv://moons:${one}@cluster0.neptun.dev/?retryWrites=true`],
    'Redis URL': [letters(20), (one) => `redis://default:${one}@cache.neptun.dev:6379`],
    'Git URL': [letters(20), (one) => `git clone https://ada:${one}@git.neptun.dev/moons.git`],
    Bearer: [letters(40), (one) => `Authorization: Bearer ${one}`],
    Basic: [
      Buffer.from(`ada:${letters(14)}`).toString('base64'),
      (one) => `curl -H "Authorization: Basic ${one}"`,
    ],
    curl: [`ada:${letters(14)}`, (one) => `curl -s -u ${one} https://api.neptun.dev`],
    'an .env password': [letters(16), (one) => `DB_PASSWORD=${one}`],
    'a YAML secret': [letters(32), (one) => `session:\n  client_secret: "${one}"`],
    'a password in a sentence': [`Tr1ton-${letters(6)}!`, (one) => `The password is ${one} for now.`],
    'a Datadog key': [hex(32), (one) => `DD_API_KEY=${one}`],
    'a .netrc': [letters(14), (one) => `machine api.neptun.dev login ada password ${one}`],
    'an .npmrc': [letters(36), (one) => `//registry.neptun.dev/:_authToken=${one}`],
    'a docker config': [
      Buffer.from(`ada:${letters(16)}`).toString('base64'),
      (one) => `{"auths":{"r.neptun.dev":{"auth":"${one}"}}}`,
    ],
    WireGuard: [`${text('base64', 43)}=`, (one) => `[Interface]\nPrivateKey = ${one}`],
    'an authenticator': [text('upper', 32), (one) => `otpauth://totp/Neptun:ada?secret=${one}&issuer=Neptun`],
    'a quoted private key': [pem('EC '), (one) => one.replace(/^/gm, '> ')],
    'a private key that an agent read': [
      pem(''),
      (one) =>
        one
          .split('\n')
          .map((line, index) => `     ${index + 1}→${line}`)
          .join('\n'),
    ],
    'a private key in JSON': [pem('RSA '), (one) => JSON.stringify({ key: one })],
    'a bearer in code': [letters(40), (one) => `headers.set("Authorization", "Bearer ${one}")`],
    'a session cookie': [letters(40), (one) => `Cookie: theme=dark; app-session=${one}; lang=en`],
    'an option': [letters(32), (one) => `deploy --api-token ${one} --force`],
    mysql: [letters(14), (one) => `mysql -u moons -p${one} moons`],
    'a signed URL': [hex(64), (one) => `https://b.s3.neptun.dev/x?X-Amz-Expires=60&X-Amz-Signature=${one}`],
  }
  return [
    ...alone,
    ...Object.entries(within).map(([kind, [secret, around]]) => ({ kind, secret, message: around(secret) })),
  ]
}
