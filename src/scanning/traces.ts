import type { Finding } from './finding.ts'

interface Trace {
  readonly rule: string
  readonly label: string
  /** its group `trace` is what tells; without one, all of it. Global, with indices */
  readonly pattern: RegExp
  readonly isTrace?: (trace: string) => boolean
}

/** Accounts of machines, not of people. */
const NOBODY =
  /^(?:user|users|username|you|your[-_]?name|name|me|root|ubuntu|ec2-user|runner|vscode|node|app|admin|example|runneradmin|linuxbrew|shared|public|default|coder|sandbox|claude|agent|.{0,3})$/i

/** Addresses that documentation may use, and those that machines write with. */
const NOBODYS_MAIL =
  /@(?:[a-z0-9-]{1,60}\.)*(?:example|test|invalid|localhost)(?:\.[a-z]{2,4})?$|@(?:users\.noreply\.github\.com|email\.com|domain\.com|company\.com)$|^(?:no-?reply|noreply|git|you|your|user|me|name|someone|john(?:\.?doe)?|jane(?:\.?doe)?)@/i

/** What tells who somebody is and where: nothing that opens anything. */
const TRACES: readonly Trace[] = [
  {
    rule: 'home-directory',
    label: 'Home directory',
    pattern:
      /(?<![A-Za-z0-9_.-])(?:\/home\/|\/Users\/|[A-Za-z]:\\{1,2}Users\\{1,2})(?<trace>[A-Za-z0-9_.-]{1,64})/dg,
    isTrace: (name) => !NOBODY.test(name),
  },
  {
    rule: 'email',
    label: 'Email address',
    pattern:
      /(?<![A-Za-z0-9_.+/:=@-])[A-Za-z0-9_.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,18}(?![A-Za-z0-9@:/-])/g,
    isTrace: (email) =>
      !NOBODYS_MAIL.test(email) && !/\.(?:png|jpe?g|gif|svg|webp|js|ts|css)$|@\d/i.test(email),
  },
  {
    rule: 'internal-host',
    label: 'Internal host',
    pattern:
      /(?<![A-Za-z0-9_.@/$-]|\w\()(?:[a-z0-9-]{1,63}\.){1,4}(?:internal|intranet|corp|lan|home\.arpa|svc\.cluster\.local)(?![A-Za-z0-9_(-])(?!\.[A-Za-z(])/g,
    isTrace: (host) =>
      !/example|^(?:this|self|[a-z])\.\w+$|^(?:host\.docker|kubernetes\.docker|gateway\.docker)\.internal$|^metadata\.google/.test(
        host,
      ),
  },
  {
    rule: 'internal-address',
    label: 'Internal address',
    pattern:
      /(?<![\w.-])(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})(?![\w.-])(?!\/\d)/g,
    isTrace: (address) => address.split('.').every((part) => Number(part) < 256) && !address.endsWith('.0'),
  },
]

/** What tells who and where: home directories, emails, internal hosts and addresses. */
export function findTraces(text: string): Finding[] {
  return TRACES.flatMap(({ rule, label, pattern, isTrace }) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      if (isTrace && !isTrace(match.groups?.['trace'] ?? match[0])) return []
      const [start, end] = match.indices?.groups?.['trace'] ?? [match.index, match.index + match[0].length]
      return [{ kind: 'trace' as const, rule, label, start, end }]
    }),
  )
}
