/** A name that a text tells, of a person, an account or a machine. */
export type Told =
  | { readonly kind: 'person'; readonly name?: string | undefined; readonly email?: string | undefined }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'host'; readonly name: string }

const EMAIL = String.raw`[^\s@<>"'|,;()\\]{1,64}@[^\s@<>"'|,;()\\]{1,255}`

/** "Author: Ada Lovelace <ada@example.org>", as git writes it. Lengths are bounded, so that time is linear. */
export const gitPerson =
  /((?:Author|Commit|Committer|Signed-off-by|Co-authored-by|Reviewed-by|Tagger|author|committer):? {1,8})([^<>\n]{1,120}) <([^<>\s]{1,200})>/g
const summedUp = /^[ \t]{0,8}\d{1,7}\t([^<>\n]{1,120}) <([^<>\s]{1,200})>$/gm
const quotedSetting = /\buser\.(name|email)(?:=| {1,4})\\?(["'])([^"'\\\n]{1,200})\\?\2/g
const setEmail = new RegExp(String.raw`\buser\.email(?:=| {1,4})(${EMAIL})`, 'g')
const plainName = /\buser\.name(?:=| {1,4})([^"'\n;&|\\]{1,200}?)["']?$/gm
const variable =
  /\bGIT_(?:AUTHOR|COMMITTER)_(NAME|EMAIL)=(?:"([^"\n]{1,200})"|'([^'\n]{1,200})'|([^\s"']{1,200}))/g
/** The section of `~/.gitconfig`, up to the next one. */
const userSection = /^[ \t]{0,8}\[user\][^[]{1,600}/gm
const sectionLine = /^[ \t]{0,8}(name|email)[ \t]{0,8}=[ \t]{0,8}"?([^"\n]{1,200})"?$/gm
export const blamed =
  /^(\^?[0-9a-f]{7,40} (?:[^\s(]{1,255} {1,40})?\()([^\n()]{1,160}?)(?= {1,60}\d{4}-\d\d-\d\d \d\d:\d\d)/gm
export const accountLine =
  /^([\w.-]{1,32})(:[x*!]?:\d{1,10}:\d{1,10}:)([^:,\n]{0,120})([^:\n]{0,120}:[^:\n]{1,200}:[^:\s]{0,100})$/gm
const realName = /^(?:RealName:(?:\n| {1,4}) ?|.{0,120}\bName: )([^\n\t]{3,100})$/gm
const authorWithEmail = /"author"\s{0,4}:\s{0,4}"([^"<>\n]{1,120}) <([^"<>\s]{1,200})>/g
const authorName = /"author"\s{0,4}:\s{0,4}"([^"<>\n]{1,120})"/g
const authorObject = /"author"\s{0,4}:\s{0,4}\{([^{}]{1,400})\}/g

/** Whoever git, the list of accounts or a package's description names, in a text that they wrote or are written in. */
export function* peopleIn(text: string): Generator<Told> {
  for (const [, , name, email] of text.matchAll(gitPerson)) yield { kind: 'person', name, email }
  for (const [, name, email] of text.matchAll(summedUp)) yield { kind: 'person', name, email }
  if (text.includes('user.')) {
    for (const [, kind, , value] of text.matchAll(quotedSetting)) yield setting(kind, value)
    for (const [, email] of text.matchAll(setEmail)) yield { kind: 'person', email }
    for (const [, name] of text.matchAll(plainName)) yield { kind: 'person', name }
  }
  for (const [, kind, ...values] of text.matchAll(variable))
    yield setting(
      kind,
      values.slice(0, 3).find((value) => typeof value === 'string'),
    )
  for (const [section] of text.matchAll(userSection))
    for (const [, kind, value] of section.matchAll(sectionLine)) yield setting(kind, value)
  for (const [, , name = ''] of text.matchAll(blamed)) {
    const who = name.trim().replace(/^<|>$/g, '')
    if (who !== 'Not Committed Yet') yield setting(who.includes('@') ? 'email' : 'name', who)
  }
  for (const [, user = '', ids = '', name] of text.matchAll(accountLine)) {
    const id = Number(ids.split(':')[2])
    if (id < 500 || id >= 60_000) continue
    yield { kind: 'user', name: user }
    yield { kind: 'person', name }
  }
  for (const [, name] of text.matchAll(realName)) yield { kind: 'person', name }
  if (text.includes('"author"')) yield* authorsIn(text)
}

/** Books have authors too: a name alone counts only where a package is described. */
function* authorsIn(text: string): Generator<Told> {
  for (const [, name, email] of text.matchAll(authorWithEmail)) yield { kind: 'person', name, email }
  const isPackage = /"(?:scripts|license|dependencies|devDependencies|main)"\s{0,4}:/.test(text)
  if (!isPackage || !text.includes('"name"')) return
  for (const [, name] of text.matchAll(authorName)) yield { kind: 'person', name }
  for (const [, object = ''] of text.matchAll(authorObject)) {
    const name = /"name"\s{0,4}:\s{0,4}"([^"\n]{1,120})"/.exec(object)?.[1]
    yield { kind: 'person', name, email: /"email"\s{0,4}:\s{0,4}"([^"\s]{1,200})"/.exec(object)?.[1] }
  }
}

function setting(kind: string | undefined, value: string | undefined): Told {
  const isName = kind?.toLowerCase() === 'name'
  return isName ? { kind: 'person', name: value } : { kind: 'person', email: value }
}

/** Where a shell asks for a command: "name@machine:path$ ", "name@machine folder % ", "[name@machine folder]$ ". */
export const prompts = [
  /(^|[\s`>"'(])([\w.-]{1,64})@([\w.-]{1,255}):[~/][^\s$#]{0,255}[$#] /gm,
  /(^|\\n)([\w.-]{1,64})@([\w.-]{1,255}) [~/\w][^\s%]{0,255} % /gm,
  /(^|[\s`>"'(])\[([\w.-]{1,64})@([\w.-]{1,255}) [^\]\n]{1,255}\][$#] /gm,
]
const unameLine = /^(?:Linux|Darwin) (\S{1,255}) \d+\.\d/gm
const hostVariable = /^(?:export )?HOST(?:NAME)?=(\S{1,255})$/gm
const hostctl = /^ {0,20}(?:Static|Transient|Pretty) hostname: ([^\n]{1,255})$/gm
/** Of `/etc/hosts`: the machine itself, and what is on its network. */
const hostsLine =
  /^(?:127\.0\.1\.1|10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2})[ \t]{1,40}([A-Za-z][\w.-]{0,254}(?:[ \t]{1,8}[A-Za-z][\w.-]{0,254}){0,4})$/gm
const reached =
  /\b(?:ssh|scp|sftp|rsync|mosh|ssh-copy-id)(?: [^\s;&|@]{1,255}){0,8} ([\w.-]{1,64})@([\w.-]{1,255})/g
const publicHosts = /(?:^|\.)(?:github\.com|gitlab\.com|bitbucket\.org|example\.(?:com|org|net))$/i
export const guessedEmail = /(auto-detect email address \(got ')([\w.-]{1,64})@([^'\n@]{1,255})(?=')/g

/** The machines that prompts, systems and connections name; `isSure` where it can be nothing else. */
export function* hostsIn(text: string): Generator<{ name: string; user?: string; isSure: boolean }> {
  for (const prompt of prompts)
    for (const [, , user, name = ''] of text.matchAll(prompt))
      yield { name, isSure: false, ...(user === undefined ? {} : { user }) }
  for (const [, name = ''] of text.matchAll(unameLine)) yield { name, isSure: false }
  for (const [, name = ''] of text.matchAll(hostVariable)) yield { name, isSure: false }
  for (const [, name = ''] of text.matchAll(hostctl)) yield { name: name.trim(), isSure: true }
  for (const [, names = ''] of text.matchAll(hostsLine))
    for (const name of names.split(/[ \t]+/)) yield { name, isSure: false }
  for (const [, user, name = ''] of text.matchAll(reached))
    if (user !== 'git' && !publicHosts.test(name)) yield { name, isSure: false }
  for (const [, , user = '', host = ''] of text.matchAll(guessedEmail))
    yield { name: host.replace(/\.\(none\)$/, ''), user, isSure: true }
}

/** Commands whose whole output is one line that tells who or where. */
const tellingCommands: [RegExp, 'user' | 'host' | 'name' | 'email' | 'other'][] = [
  [/^(?:whoami|logname|id -un|echo "?\$\{?(?:USER|LOGNAME)\}?"?)$/, 'user'],
  [/^(?:hostname(?: -\w| --\w+)?|uname -n|scutil --get \w+|cat \/etc\/hostname)$/, 'host'],
  [/^(?:git config (?:--?[\w-]+ |get )*user\.name|id -F)$/, 'name'],
  [/^git config (?:--?[\w-]+ |get )*user\.email$/, 'email'],
  [/^(?:pwd|date|uname|node (?:-v|--version)|git rev-parse [\w -]+|git branch --show-current)$/, 'other'],
]
const MOST_LINES = 2000

/** What the last commands of a line printed, each on a line of its own: `ls && whoami && git config user.email`. */
export function* toldByCommand(command: string, output: string): Generator<Told> {
  if (command.length > 10_000) return
  yield* toldByFormat(command, output)
  const parts = command
    .split(/&&|;|\n/)
    .map((part) => part.trim().replace(/ 2>(?:\/dev\/null|&1)$/, ''))
    .filter((part) => part !== '')
  const lines = output
    .slice(-10_000)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  for (const part of parts.toReversed()) {
    const kind = tellingCommands.find(([pattern]) => pattern.test(part))?.[1]
    const line = kind === undefined ? undefined : lines.pop()
    if (line === undefined) return
    if (kind === 'user' || kind === 'host') yield { kind, name: line }
    else if (kind === 'name' || kind === 'email') yield setting(kind, line)
  }
}

/** What `git log --format='%h %an <%ae> %s'` printed. */
function* toldByFormat(command: string, output: string): Generator<Told> {
  const given =
    /(?:--(?:pretty|format)(?:=| )(?:t?format:)?|-c format=)(?:"([^"\n]{1,300})"|'([^'\n]{1,300})'|(\S{1,300}))/
  const found = given.exec(command)
  const format = found?.[1] ?? found?.[2] ?? found?.[3]
  if (format === undefined || !/%[ac][nNeE]/.test(format)) return
  const tokens = format.match(/%[ac][a-zA-Z]|%[A-Za-z]|[^%]+|%/g) ?? []
  for (const line of output.slice(0, 200_000).split('\n').slice(0, MOST_LINES)) {
    yield* toldInLine(tokens, line.slice(0, 1000))
  }
}

/** Each value ends where the text behind it begins; of a name before an email, the email says where it ends. */
function* toldInLine(tokens: readonly string[], line: string): Generator<Told> {
  let at = 0
  for (const [index, token] of tokens.entries()) {
    if (!token.startsWith('%')) {
      if (!line.startsWith(token, at)) return
      at += token.length
      continue
    }
    const behind = tokens[index + 1] ?? ''
    const isEmailNext = /^%[ac][eE]$/.test(tokens[index + 2] ?? '')
    const isName = /^%[ac][nN]$/.test(token)
    if (isName && behind === ' ' && !isEmailNext) return
    let end = behind === '' ? line.length : line.indexOf(behind, at)
    if (isName && isEmailNext) end = line.slice(0, line.indexOf('@', at) + 1).lastIndexOf(behind)
    if (end < at) return
    const value = line.slice(at, end)
    if (isName) yield { kind: 'person', name: value }
    else if (/^%[ac][eE]$/.test(token)) yield { kind: 'person', email: value }
    at = end
  }
}

/** A call and its result as they stand in a text, and a command after a prompt with the line that came of it. */
const calledInText =
  /^(`{3,})tool [^\n]{0,200}\n([^]{0,2000}?)\n\1\n{1,3}(`{3,})result[^\n]{0,20}\n([^]{0,10000}?)\n\3$/gm
const typedInText =
  /^.{0,300}[$%#❯>] ((?:git config|whoami|hostname|cat \/etc\/hostname|id -|uname -n)[^\n]{0,100})\n([^\n]{1,200})$/gm

/** What the commands told that stand in a text with what they printed. */
export function* toldInText(text: string): Generator<Told> {
  for (const [, , command = '', , output = ''] of text.matchAll(calledInText))
    yield* toldByCommand(command, output)
  for (const [, command = '', output = ''] of text.matchAll(typedInText))
    yield* toldByCommand(command, output)
}
