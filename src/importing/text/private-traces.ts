import {
  accountLine,
  blamed,
  gitPerson,
  guessedEmail,
  hostsIn,
  peopleIn,
  prompts,
  type Told,
  toldByCommand,
  toldInText,
} from './told-names.ts'

/** What a coding agent's session tells about its machine and the person at it. */
export type Traces = {
  directories: Set<string>
  branches: Set<string>
  hosts: Set<string>
  /** Accounts of machines, such as `adalove`. */
  users: Set<string>
  /** As git knows them. */
  names: Set<string>
  emails: Set<string>
}

export function noTraces(): Traces {
  return {
    directories: new Set(),
    branches: new Set(),
    hosts: new Set(),
    users: new Set(),
    names: new Set(),
    emails: new Set(),
  }
}

/** More of a kind than these would make cleaning slow, and no session has them. */
const mostOfAKind = 64

/** Notes what the lines of a session say about where it ran, each value of whatever type. */
export function noteContext(
  traces: Traces,
  context: { directory?: unknown; branch?: unknown; host?: unknown; user?: unknown; email?: unknown },
): void {
  note(traces.directories, context.directory, 4096)
  note(traces.branches, context.branch, 255)
  note(traces.hosts, context.host, 255)
  note(traces.emails, context.email, 320)
  noteUser(traces, context.user)
  if (typeof context.directory === 'string') noteUser(traces, userOf(context.directory))
}

function note(values: Set<string>, value: unknown, longest: number): void {
  if (typeof value !== 'string' || value.trim() === '' || value.length > longest) return
  if (values.size < mostOfAKind) values.add(value.trim())
}

function noteUser(traces: Traces, user: unknown): void {
  if (
    typeof user === 'string' &&
    /^[\p{L}\w][\p{L}\w.@ -]{1,63}$/u.test(user) &&
    !generic.has(user.toLowerCase())
  )
    note(traces.users, user, 64)
}

/** Accounts that are nobody's name. */
const generic = new Set(
  (
    'root admin administrator user users username you your yourname me name home guest public shared default all ' +
    'ubuntu debian fedora centos arch alpine ec2-user pi vagrant codespace vscode node runner app apps dev developer ' +
    'develop www www-data web nobody daemon bin sys staff wheel docker git jenkins gitlab build builder ci test tester ' +
    'testuser postgres mysql redis nginx mongodb nonroot sandbox workspace coder project worker service system local ' +
    'localhost agent claude codex gemini total none someone example demo'
  ).split(' '),
)

/** Names that are words as well: they go only where it is plain that an account is meant. */
const ordinary = new Set(
  (
    'angel april august autumn basil bishop brook chance charity chase clay cliff cash daisy dawn dean drew earl ' +
    'faith felix forest frank gene grace grant guy harmony harper hazel heather holly hope hunter iris ivy jack jasmine ' +
    'jordan josh joy june justice king lily major mark mason maya melody miles nick olive page parker pearl penny peter ' +
    'piper prince reed rich river robin rose ruby rusty sandy scout sean sky sterling stone summer taylor trinity viola ' +
    'violet ward will willow winter editor master owner python linux windows macbook server client admin1'
  ).split(' '),
)

/** `drwxr-xr-x@ 3 adalove staff`, also within JSON, where lines are separated by `\n`. */
const listedFile =
  /(^|\\n)([-bcdlps][-rwxsStT]{9}[@+.]? {1,9}\d{1,9} {1,9})([^\s\\]{1,64})( {1,9})([^\s\\]{1,64})(?= )/gm
const accountOf = /\b(uid|gid)=(\d{1,10})\(([^\s()]{1,64})\)/g
const accountVariable = /^((?:export )?(?:USER|LOGNAME|USERNAME)=)(\S{1,64})$/gm
/** Notes names that a text shows where programs write them: prompts of shells, `uname`, `ls -l`, `id`, git's settings. */
export function noteText(text: string, traces: Traces): void {
  for (const { name, user, isSure } of hostsIn(text)) {
    if (isSure || isTelling(name) || /[a-z][A-Z]/.test(name)) noteHost(traces, name)
    noteUser(traces, user)
  }
  for (const [, , , owner = ''] of text.matchAll(listedFile))
    if (!/^[_\d]/.test(owner)) noteUser(traces, owner)
  for (const [, kind, , user] of text.matchAll(accountOf)) if (kind === 'uid') noteUser(traces, user)
  for (const [, , user] of text.matchAll(accountVariable)) noteUser(traces, user)
  for (const told of peopleIn(text)) noteTold(told, traces)
  for (const told of toldInText(text)) noteTold(told, traces)
}

/** Notes what a command says, and what it printed. */
export function noteCommand(command: string, output: string, traces: Traces): void {
  noteText(command, traces)
  for (const told of toldByCommand(command, output)) noteTold(told, traces)
}

function noteTold(told: Told, traces: Traces): void {
  if (told.kind === 'host') noteHost(traces, told.name)
  else if (told.kind === 'user') noteUser(traces, told.name)
  else {
    const { name = '', email = '' } = told
    if (isNobody(`${name} ${email}`)) return
    if (/\p{L}/u.test(name) && !generic.has(name.trim().toLowerCase())) note(traces.names, name, 120)
    if (/^[^\s@]+@[^\s@]+$/.test(email)) note(traces.emails, email, 320)
  }
}

/** Programs that commit, and what stands for a name in instructions. */
function isNobody(person: string): boolean {
  return /noreply|no-reply|\[bot\]|\b(?:your|my|first|full|user) ?name\b|[<$%{]/i.test(person)
}

function noteHost(traces: Traces, host: string): void {
  if (generic.has(host.toLowerCase()) || /^(?:ip6-|\d+(?:\.\d+)*$)|\.docker\.internal$/.test(host)) return
  note(traces.hosts, host, 255)
  // The same machine is called by its first part alone.
  const short = /^([\w-]+)\.(?:local|lan|home|internal|localdomain|fritz\.box)$/i.exec(host)?.[1]
  if (short !== undefined && isTelling(short)) note(traces.hosts, short, 255)
}

type Rule = [RegExp, string | ((...found: string[]) => string)]

/**
 * A cleaner of texts: the session's working directories become `.`, home directories `~`, its branch `[branch]`, its
 * host `[host]`, its account `[user]`, git's name and email `[name]` and `[email]`, and "name@machine:path$" before a
 * command goes. The home directories of other people's machines go as well: a path under /home, /Users or C:\Users names
 * somebody. What is an ordinary word, as a branch or a name, goes only where it is plain what is meant; a branch like
 * `main` names nothing and stays.
 */
export function cleanerOf(traces: Traces): (text: string) => string {
  const rules: Rule[] = prompts.map((prompt): Rule => [prompt, '$1$ '])
  rules.push([guessedEmail, '$1[email]'])
  const directories = [...traces.directories].flatMap(spellings).toSorted((a, b) => b.length - a.length)
  if (directories.length > 0) rules.push([wordRule(directories), '.'])
  // As folders for each project are called: every sign but letters and digits is a dash.
  const encoded = [...traces.directories]
    .map((directory) => withoutEnd(directory).replace(/[^A-Za-z0-9]/g, '-'))
    .filter((name) => name.length > 6)
  if (encoded.length > 0) rules.push([wordRule(encoded), '…'])
  const homes = [...new Set(directories.flatMap((directory) => homeOf(directory) ?? []))]
  if (homes.length > 0) rules.push([wordRule(homes), '~'])
  rules.push(...homeRules)
  for (const branch of traces.branches) if (!commonBranches.has(branch)) rules.push(branchRule(branch))
  const hosts = [...traces.hosts].filter((host) => host.length > 3 && host !== 'localhost')
  if (hosts.length > 0) rules.push([wordRule(hosts), '[host]'])
  // Branches and machines are often called after their owners.
  rules.push(...personRules(traces))
  return (text) =>
    rules.reduce(
      (cleaned, [pattern, put]) =>
        typeof put === 'string' ? cleaned.replace(pattern, put) : cleaned.replace(pattern, put),
      text,
    )
}

/** A place where a path begins: not within a longer one; within JSON a line begins after `\n`. */
const pathStart = String.raw`(?:(?<![\w.~-])|(?<=\\[nrt]))`

const homeRules: Rule[] = [
  [/(projects[\\/]+)(?:-|[A-Za-z]--)[\w.-]+/g, '$1…'],
  [/(?<!\w)-(?:home|Users)-\w+/g, '~'],
  [/(?<=:\/\/file)\/(?:home|Users)\/[^\s/"'`<>)]+/g, '/~'],
  [/%2F(?:home|Users)%2F[^\s%"'`<>)&]+/gi, '~'],
  [
    /(?<!\\)\\{2,4}wsl(?:\$|\.localhost)\\{1,4}[\w.-]{1,64}\\{1,4}home\\{1,4}[^\s\\"'`:;,<>|()[\]{}*]{1,255}/g,
    '~',
  ],
  [
    new RegExp(
      String.raw`${pathStart}(?:\/mnt\/[a-z]|\/[a-z])?\/(?:home|Users|var\/home)\/[^\s/\\"'\x60:;,<>|()[\]{}*]+`,
      'g',
    ),
    '~',
  ],
  [/(?<![\w.~/-])\/root(?=\/)/g, '~'],
  [/\b[A-Za-z]:[\\/]+Users[\\/]+[^\s/\\"'`:;,<>|()[\]{}*]+/gi, '~'],
]

function personRules(traces: Traces): Rule[] {
  const rules: Rule[] = [
    [
      gitPerson,
      (whole, before, name, email) => (isNobody(`${name} ${email}`) ? whole : `${before}[name] <[email]>`),
    ],
    [blamed, (whole, before, name) => (traces.names.has(name.trim()) ? `${before}[name]` : whole)],
    [
      accountLine,
      (whole, user, ids, name, rest) =>
        traces.users.has(user) ? `[user]${ids}${name === '' ? '' : '[name]'}${rest}` : whole,
    ],
  ]
  const emails = [...traces.emails]
  if (emails.length > 0) rules.push([wordRule(emails, 'gi'), '[email]'])
  const names = [...traces.names].filter((name) => /\S\s+\S/.test(name))
  if (names.length > 0) rules.push([wordRule(names), '[name]'])
  const singleNames = [...traces.names].filter((name) => name.length > 1 && !/\s/.test(name))
  const asInEmail = singleNames.filter((name) => isLikeEmail(name, emails))
  if (asInEmail.length > 0) rules.push([wordRule(asInEmail), '[name]'])
  if (singleNames.length > 0)
    rules.push([
      new RegExp(`(\\buser\\.name(?:=| {1,4})["']?)${oneOf(singleNames)}(?![\\w-])`, 'g'),
      '$1[name]',
    ])
  const users = [...traces.users]
  if (users.length === 0) return rules
  rules.push(
    [
      listedFile,
      (whole, start, mode, owner, gap, group) => {
        if (!traces.users.has(owner) && !traces.users.has(group)) return whole
        const shown = (name: string): string => (traces.users.has(name) ? '[user]' : name)
        return `${start}${mode}${shown(owner)}${gap}${shown(group)}`
      },
    ],
    [accountOf, (whole, kind, id, user) => (traces.users.has(user) ? `${kind}=${id}([user])` : whole)],
    [accountVariable, (whole, before, user) => (traces.users.has(user) ? `${before}[user]` : whole)],
    [new RegExp(`^${oneOf(users)}$`, 'gm'), '[user]'],
    [new RegExp(`((?:owned by|owner|user|account|chown) \`?)${oneOf(users)}(?![\\w-])`, 'g'), '$1[user]'],
    [new RegExp(`(?<![\\w.-])${oneOf(users)}(?=@[\\w-])`, 'g'), '[user]'],
  )
  const telling = users.filter((user) => user.length >= 5 && !ordinary.has(user.toLowerCase()))
  if (telling.length > 0) rules.push([wordRule(telling), '[user]'])
  return rules
}

/** A single name that isn't a word, and that the person's address begins with or has. */
function isLikeEmail(name: string, emails: readonly string[]): boolean {
  if (name.length < 5 || ordinary.has(name.toLowerCase())) return false
  return emails.some((email) => email.split('@')[0]?.toLowerCase().includes(name.toLowerCase()))
}

/**
 * A path as it is, as it stands escaped in JSON, and with the other slashes; on Windows also as programs from Unix
 * write it.
 */
function spellings(directory: string): string[] {
  const path = withoutEnd(directory)
  if (path.length < 4 || /^[A-Za-z]:$/.test(path)) return []
  if (homeOf(path) === path) return []
  if (!path.includes('\\')) return [path]
  const forward = path.replaceAll('\\', '/')
  const unix = forward.replace(/^([A-Za-z]):/, (_, drive: string) => `/${drive.toLowerCase()}`)
  return [path, path.replaceAll('\\', '\\\\'), forward, ...(unix === forward ? [] : [`/mnt${unix}`, unix])]
}

function withoutEnd(directory: string): string {
  let end = directory.length
  while (end > 0 && (directory[end - 1] === '/' || directory[end - 1] === '\\')) end--
  return directory.slice(0, end)
}

function homeOf(path: string): string | undefined {
  return /^(?:\/(?:home|Users|var\/home)\/[^/]+|\/root|(?:[A-Za-z]:|\/mnt\/[a-z]|\/[a-z])[\\/]+Users[\\/]+[^\\/]+)/.exec(
    path,
  )?.[0]
}

/** Whose home directory a path lies in. */
function userOf(path: string): string | undefined {
  return homeOf(path)?.split(/[\\/]/).at(-1)
}

const commonBranches = new Set(
  'HEAD main master trunk default dev devel develop development next test testing staging stage beta stable release prod production gh-pages'.split(
    ' ',
  ),
)

function branchRule(branch: string): Rule {
  if (isTelling(branch)) return [wordRule([branch]), '[branch]']
  const before = String.raw`(?:origin|upstream|heads)/|\b(?:branch|checkout|switch|merge|rebase)(?: -[bcBC])? ["'\x60]?`
  return [new RegExp(`(${before})${escaped(branch)}(?![\\w/-])`, 'gi'), '$1[branch]']
}

/** Whether a name is so unlike an ordinary word that it can be taken out wherever it stands. */
function isTelling(name: string): boolean {
  return name.length >= 5 && /[/_.\-\d]/.test(name)
}

/** Matches texts where they aren't part of a longer name; paths with a drive in upper and lower case. */
function wordRule(
  texts: readonly string[],
  flags = texts.some((text) => /^[A-Za-z]:/.test(text)) ? 'gi' : 'g',
): RegExp {
  return new RegExp(String.raw`(?:(?<![\w-])|(?<=\\[nrt]))${oneOf(texts)}(?![\w-])`, flags)
}

function oneOf(texts: readonly string[]): string {
  return `(?:${texts.map(escaped).join('|')})`
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}
