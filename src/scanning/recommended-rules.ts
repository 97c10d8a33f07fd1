import { lintSource } from '@secretlint/core'
import { secretLintProfiler } from '@secretlint/profiler'
import { rules } from '@secretlint/secretlint-rule-preset-recommend'
import type { Finding } from './finding.ts'

// It would remember every text that was ever scanned.
secretLintProfiler.setEnabled(false)

/**
 * Rules that aren't asked: a comment in a text must not keep it from being scanned, and one for GitHub takes quadratic
 * time (prefixed-tokens.ts finds these).
 */
const LEFT_OUT = /-(?:filter-comments|github)$/

/** What a rule finds, for people, by what its name ends with. */
const LABELS: Readonly<Record<string, string>> = {
  aws: 'AWS key',
  gcp: 'Google Cloud key',
  privatekey: 'Private key',
  npm: 'npm token',
  basicauth: 'Password in a URL',
  slack: 'Slack token',
  sendgrid: 'SendGrid key',
  shopify: 'Shopify token',
  stripe: 'Stripe key',
  gitlab: 'GitLab token',
  grafana: 'Grafana token',
  openai: 'OpenAI key',
  anthropic: 'Anthropic key',
  groq: 'Groq key',
  huggingface: 'Hugging Face token',
  linear: 'Linear key',
  notion: 'Notion token',
  '1password': '1Password token',
  'database-connection-string': 'Password in a URL',
  'hashicorp-vault': 'Vault token',
  vercel: 'Vercel token',
  databricks: 'Databricks token',
  docker: 'Docker token',
  figma: 'Figma token',
  cloudflare: 'Cloudflare token',
  tailscale: 'Tailscale key',
}

const config = {
  rules: rules
    .filter(({ meta }) => !LEFT_OUT.test(meta.id))
    .map((rule) => ({ id: rule.meta.id, rule, options: {} })),
}

/** What the recommended rules of secretlint find. */
export async function findByRecommendedRules(text: string): Promise<Finding[]> {
  const source = { content: text, filePath: 'message.md', ext: '.md', contentType: 'text' } as const
  const { messages } = await lintSource({ source, options: { config, noPhysicFilePath: true } })
  return messages.map(({ ruleId, range: [start, end] }) => {
    const name = ruleId.replace(/^.*secretlint-rule-/, '')
    return { kind: 'secret', rule: name, label: LABELS[name] ?? 'Secret', start, end }
  })
}
