/** What a coding agent's session file says about its machine. */
export type Traces = { directories: Set<string>; branches: Set<string>; hosts: Set<string> }

export function noTraces(): Traces {
  return { directories: new Set(), branches: new Set(), hosts: new Set() }
}

const prompt = /(^|[\s`>"'(])[\w.-]+@([\w.-]+):[~/][^\s$#]*[$#] /gm

/** Notes the names of machines that a text shows where a shell asks for a command, or in what `uname` says. */
export function noteHosts(text: string, traces: Traces): void {
  for (const [, , host = ''] of text.matchAll(prompt)) if (isTelling(host)) traces.hosts.add(host)
  for (const [, host = ''] of text.matchAll(/^(?:Linux|Darwin) (\S{1,255}) \d+\.\d/gm))
    if (isTelling(host)) traces.hosts.add(host)
}

/**
 * A cleaner of texts: the session's working directories become `.`, home directories `~`, its branch `[branch]`, its
 * host `[host]`, and "name@machine:path$" before a command goes. The home directories of other people's machines go
 * as well: a path under /home, /Users or C:\Users names somebody. A branch like `main` names nothing and stays; one
 * that is an ordinary word goes where git speaks of it.
 */
export function cleanerOf(traces: Traces): (text: string) => string {
  const rules: [RegExp, string][] = [[prompt, '$1$ ']]
  const directories = [...traces.directories].flatMap(spellings).toSorted((a, b) => b.length - a.length)
  for (const directory of directories) rules.push([wordRule(directory), '.'])
  for (const directory of traces.directories) {
    // As folders for each project are called: every sign but letters and digits is a dash.
    const encoded = withoutEnd(directory).replace(/[^A-Za-z0-9]/g, '-')
    if (encoded.length > 6) rules.push([wordRule(encoded), '…'])
  }
  for (const home of new Set(directories.map(homeOf))) {
    if (home !== undefined) rules.push([wordRule(home), '~'])
  }
  rules.push(
    [/(projects[\\/]+)(?:-|[A-Za-z]--)[\w.-]+/g, '$1…'],
    [/(?<!\w)-(?:home|Users)-\w+/g, '~'],
    [/(?<=:\/\/file)\/(?:home|Users)\/[^\s/"'`<>)]+/g, '/~'],
    [/%2F(?:home|Users)%2F[^\s%"'`<>)&]+/gi, '~'],
    [/\\+wsl(?:\$|\.localhost)\\+[\w.-]+\\+home\\+[^\s\\"'`:;,<>|()[\]{}*]+/g, '~'],
    [/(?<![\w.~-])(?:\/mnt\/[a-z]|\/[a-z])?\/(?:home|Users|var\/home)\/[^\s/\\"'`:;,<>|()[\]{}*]+/g, '~'],
    [/(?<![\w.~/-])\/root(?=\/)/g, '~'],
    [/\b[A-Za-z]:[\\/]+Users[\\/]+[^\s/\\"'`:;,<>|()[\]{}*]+/gi, '~'],
  )
  for (const branch of traces.branches) if (!commonBranches.has(branch)) rules.push(branchRule(branch))
  for (const host of traces.hosts)
    if (host.length > 3 && host !== 'localhost') rules.push([wordRule(host), '[host]'])
  return (text) =>
    rules.reduce((cleaned, [pattern, replacement]) => cleaned.replace(pattern, replacement), text)
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
  return directory.replace(/[\\/]+$/, '')
}

function homeOf(path: string): string | undefined {
  return /^(?:\/(?:home|Users|var\/home)\/[^/]+|\/root|(?:[A-Za-z]:|\/mnt\/[a-z]|\/[a-z])[\\/]+Users[\\/]+[^\\/]+)/.exec(
    path,
  )?.[0]
}

const commonBranches = new Set(
  'HEAD main master trunk default dev devel develop development next test testing staging stage beta stable release prod production gh-pages'.split(
    ' ',
  ),
)

function branchRule(branch: string): [RegExp, string] {
  if (isTelling(branch)) return [wordRule(branch), '[branch]']
  const before = String.raw`(?:origin|upstream|heads)/|\b(?:branch|checkout|switch|merge|rebase)(?: -[bcBC])? ["'\x60]?`
  return [new RegExp(`(${before})${escaped(branch)}(?![\\w/-])`, 'gi'), '$1[branch]']
}

/** Whether a name is so unlike an ordinary word that it can be taken out wherever it stands. */
function isTelling(name: string): boolean {
  return name.length >= 5 && /[/_.\-\d]/.test(name)
}

/** Matches a text where it isn't part of a longer name; paths with a drive in upper and lower case. */
function wordRule(text: string): RegExp {
  return new RegExp(`(?<![\\w-])${escaped(text)}(?![\\w-])`, /^[A-Za-z]:/.test(text) ? 'gi' : 'g')
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}
