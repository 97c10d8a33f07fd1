import type { Finding } from './finding.ts'
import { bitsPerCharacter, isPlaceholder } from './placeholders.ts'

interface Shape {
  readonly rule: string
  readonly label: string
  /** its group `secret` is what to hide; without one, all of it. Global, with indices */
  readonly pattern: RegExp
  readonly isSecret?: (secret: string) => boolean
}

/** Long and mixed enough to have been made by a machine, or by somebody who chose a good password. */
function looksChosen(secret: string): boolean {
  if (isPlaceholder(secret)) return false
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(secret)).length
  return kinds >= 2 && new Set(secret).size >= 6
}

/** As tokens are: nothing that a program or a sentence would have in that place. */
function looksRandom(secret: string): boolean {
  if (isPlaceholder(secret) || !/\d/.test(secret) || !/[a-z]/i.test(secret)) return false
  // Calls, paths and names of variables.
  if (/[([{]|^[./~]|^[a-z]+(?:[._-][a-z]+)+$/i.test(secret)) return false
  if (/^[a-z_$][\w$]{0,30}(?:\.[a-z_$][\w$]{0,30}){1,5}$/i.test(secret)) return false
  return bitsPerCharacter(secret) >= (secret.length < 20 ? 2.9 : 3.2)
}

/** The second part of a JSON Web Token that isn't taken from its documentation. */
function isLiveToken(token: string): boolean {
  const [, claims = ''] = token.split('.')
  const text = Buffer.from(claims, 'base64url').toString()
  return text.startsWith('{') && !/"sub" ?: ?"1234567890"|John Doe|example\.(?:com|org)|Joe/i.test(text)
}

/** Secrets that are told by their shape, or by what stands beside them. */
const SHAPES: readonly Shape[] = [
  {
    rule: 'private-key',
    label: 'PuTTY private key',
    pattern: /PuTTY-User-Key-File-\d: [^\n]{1,60}\n(?:[^\n]{0,100}\n){1,60}?Private-MAC: [0-9a-f]{40,64}/g,
  },
  {
    rule: 'wireguard-key',
    label: 'WireGuard private key',
    pattern: /PrivateKey {0,4}= {0,4}(?<secret>[A-Za-z0-9+/]{43}=)/dg,
  },
  {
    rule: 'authorization-header',
    label: 'Authorization header',
    pattern:
      /\b(?:proxy-)?authorization["']?\s{0,4}[:=,]\s{0,4}["'`]?(?:bearer|token|apikey|key)\s{1,4}(?<secret>[A-Za-z0-9_~+/.=-]{16,4000})/dgi,
    isSecret: (secret) =>
      !isPlaceholder(secret) && (secret.startsWith('eyJ') ? isLiveToken(secret) : looksRandom(secret)),
  },
  {
    rule: 'authorization-header',
    label: 'Authorization header',
    pattern:
      /\b(?:proxy-)?authorization["']?\s{0,4}[:=,]\s{0,4}["'`]?basic\s{1,4}(?<secret>[A-Za-z0-9+/]{8,2000}={0,2})/dgi,
    isSecret(secret) {
      const [user = '', password = ''] = Buffer.from(secret, 'base64').toString().split(':')
      return (
        user.length > 0 && password.length >= 4 && !/^(?:open sesame|pass(?:word)?|secret)$/i.test(password)
      )
    },
  },
  {
    rule: 'authorization-header',
    label: 'Bearer token',
    pattern: /\bbearer\s{1,4}(?<secret>[A-Za-z0-9_~+/.=-]{20,4000})/dgi,
    isSecret: (secret) => (secret.startsWith('eyJ') ? isLiveToken(secret) : looksRandom(secret)),
  },
  {
    rule: 'session-cookie',
    label: 'Session cookie',
    pattern:
      /cookie["']?: ?["']?[^\n]{0,200}?(?:session|sid|sess|auth|jwt|token)[a-z_-]{0,12}=(?<secret>[A-Za-z0-9%_+/.=-]{20,4000})/dgi,
    isSecret: looksRandom,
  },
  {
    rule: 'password-option',
    label: 'Password of a command',
    pattern:
      /(?<!\S)--?(?:[a-z]{1,20}-){0,3}(?:password|passwd|passphrase|token|secret|api-?key|access-?key)[ =]["']?(?<secret>[^\s"'`<>(){}[\]\\$]{8,200})/dgi,
    isSecret: looksRandom,
  },
  {
    rule: 'password-option',
    label: 'Password of a command',
    pattern:
      /\b(?:mysql(?:dump|admin)? [^\n]{0,100}?-p|sshpass -p ?|redis-cli [^\n]{0,100}?-a )["']?(?<secret>[^\s"'`$<(]{8,100})/dg,
    isSecret: looksRandom,
  },
  {
    rule: 'curl-credentials',
    label: 'User and password of a request',
    pattern: /\bcurl\b[^\n]{0,300}?\s(?:-u|--user)[ =]["']?(?<secret>[A-Za-z0-9_.@-]{1,64}:[^\s"']{6,128})/dg,
    isSecret: (secret) => looksChosen(secret.slice(secret.indexOf(':') + 1)),
  },
  {
    rule: 'url-credentials',
    label: 'Password in a URL',
    pattern:
      /\b[a-z][a-z0-9+.-]{1,30}:\/\/(?<secret>[^\s:/@"'`<>]{0,100}:[^\s/@"'`<>]{4,200})@[A-Za-z0-9[]/dgi,
    isSecret(secret) {
      const password = secret.slice(secret.indexOf(':') + 1)
      const user = secret.slice(0, secret.indexOf(':'))
      if (password === user || isPlaceholder(password)) return false
      return !/^(?:pass(?:word|wd)?|pw|secret|hunter2|postgres|mysql|root|admin|test|token|my-?password)$/i.test(
        password,
      )
    },
  },
  {
    rule: 'json-web-token',
    label: 'JSON Web Token',
    pattern:
      /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,6000}\.[A-Za-z0-9_-]{20,1000}/g,
    isSecret: isLiveToken,
  },
  {
    rule: 'azure-storage-key',
    label: 'Azure account key',
    pattern: /AccountKey=(?<secret>[A-Za-z0-9+/]{86}==)/dg,
  },
  {
    rule: 'azure-shared-access-key',
    label: 'Azure shared access key',
    pattern: /SharedAccess(?:Key|Signature sr)=(?<secret>[A-Za-z0-9+/%]{40,200}=?)/dg,
  },
  {
    rule: 'azure-client-secret',
    label: 'Azure client secret',
    pattern: /(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~-])/g,
  },
  {
    rule: 'signed-url',
    label: 'Signature of a URL',
    pattern: /[?&](?:sig|X-Amz-Signature|X-Goog-Signature)=(?<secret>[A-Za-z0-9%+/]{40,1024})/dg,
  },
  {
    rule: 'webhook-url',
    label: 'Slack webhook',
    pattern:
      /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[A-Z0-9]{8,14}\/[A-Za-z0-9/]{20,60})/dg,
  },
  {
    rule: 'webhook-url',
    label: 'Discord webhook',
    pattern:
      /discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/(?<secret>\d{17,20}\/[A-Za-z0-9_-]{60,80})/dg,
  },
  {
    rule: 'webhook-url',
    label: 'Teams webhook',
    pattern:
      /webhook\.office\.com\/webhookb2\/(?<secret>[0-9a-f@-]{73}\/IncomingWebhook\/[0-9a-f]{32}\/[0-9a-f-]{36})/dg,
  },
  {
    rule: 'discord-token',
    label: 'Discord bot token',
    pattern:
      /(?<![A-Za-z0-9_.-])[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}(?![A-Za-z0-9_.-])/g,
    isSecret: looksRandom,
  },
  {
    rule: 'telegram-token',
    label: 'Telegram bot token',
    pattern: /(?<![A-Za-z0-9])\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/g,
  },
  {
    rule: 'terraform-token',
    label: 'Terraform token',
    pattern: /(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,70}/g,
  },
  {
    rule: 'airtable-token',
    label: 'Airtable token',
    pattern: /(?<![A-Za-z0-9])pat[A-Za-z0-9]{14}\.[0-9a-f]{64}/g,
  },
  {
    rule: 'mailchimp-key',
    label: 'Mailchimp key',
    pattern: /(?<![A-Za-z0-9])[0-9a-f]{32}-us\d{1,2}(?![A-Za-z0-9])/g,
  },
  {
    rule: 'plaid-token',
    label: 'Plaid token',
    pattern:
      /(?<![A-Za-z0-9])access-(?:sandbox|development|production)-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g,
  },
  {
    rule: 'launchdarkly-key',
    label: 'LaunchDarkly key',
    pattern: /(?<![A-Za-z0-9-])(?:sdk|api)-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g,
  },
  {
    rule: 'named-secret',
    label: 'Password, key or token',
    // NAME_PASSWORD=…, "apiKey": "…", secret: '…'
    pattern:
      /(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|auth[_-]?key|credentials?|client[_-]?secret)(?:[_-]?(?:key|id|base|value|token))?\\?["'`]?[ \t]{0,3}(?:=>|:=|[:=])[ \t]{0,3}\\?["'`]?(?<secret>[^\s"'`,;<>(){}[\]\\]{10,200})/dgi,
    isSecret: looksRandom,
  },
  {
    rule: 'named-secret',
    label: 'Password',
    // Said to a person: "the password is …".
    pattern:
      /\b(?:password|passphrase|passwort|kennwort)(?: is| ist|:| =)[ \t]{1,3}["'`*]{0,3}(?<secret>[^\s"'`*,;<>(){}[\]\\]{8,100})/dgi,
    isSecret: (secret) => looksChosen(secret) && /\d/.test(secret) && bitsPerCharacter(secret) >= 2.7,
  },
  {
    rule: 'login-file',
    label: 'Password of a machine',
    // .netrc, .pgpass
    pattern:
      /\bmachine\s{1,4}\S{1,200}\s{1,4}login\s{1,4}\S{1,100}\s{1,4}password\s{1,4}(?<secret>\S{4,200})/dg,
    isSecret: (secret) => !isPlaceholder(secret),
  },
  {
    rule: 'npm-auth',
    label: 'npm sign-in',
    pattern: /:_(?:authToken|password|auth)=(?<secret>[A-Za-z0-9+/=_-]{16,400})/dg,
    isSecret: (secret) => !isPlaceholder(secret),
  },
  {
    rule: 'docker-auth',
    label: 'Docker sign-in',
    pattern: /"auth"\s{0,4}:\s{0,4}"(?<secret>[A-Za-z0-9+/]{16,400}={0,2})"/dg,
    isSecret: (secret) => /^[^:\0]{1,100}:.{4}/.test(Buffer.from(secret, 'base64').toString()),
  },
  {
    rule: 'otp-secret',
    label: 'Secret of an authenticator',
    pattern: /otpauth:\/\/[ht]otp\/[^\s"'<>]{0,200}?[?&]secret=(?<secret>[A-Z2-7]{16,128})/dgi,
  },
]

/** Secrets that have no prefix of their own. */
export function findShapedSecrets(text: string): Finding[] {
  return SHAPES.flatMap(({ rule, label, pattern, isSecret }) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const secret = match.groups?.['secret'] ?? match[0]
      if (isSecret && !isSecret(secret)) return []
      const [start, end] = match.indices?.groups?.['secret'] ?? [match.index, match.index + match[0].length]
      return [{ kind: 'secret' as const, rule, label, start, end }]
    }),
  )
}
