/** What a coding agent's session file says about its machine. */
export type Traces = { directories: Set<string>; branches: Set<string>; hosts: Set<string> }

export function noTraces(): Traces {
  return { directories: new Set(), branches: new Set(), hosts: new Set() }
}

/**
 * A cleaner of texts: the session's working directories become `.`, home directories `~`, its branch `[branch]`, its
 * host `[host]`, and "name@machine:path$" before a command goes. The home directories of other people's machines go
 * as well: a path under /home, /Users or C:\Users names somebody. A branch like `main` names nothing and stays.
 */
export function cleanerOf(traces: Traces): (text: string) => string {
  const rules: [RegExp, string][] = [[/(^|[\s`>"'(])[\w.-]+@[\w.-]+:[~/][^\s$#]*[$#] /gm, '$1$ ']]
  const directories = [...traces.directories].flatMap(spellings).toSorted((a, b) => b.length - a.length)
  for (const directory of directories) rules.push([wordRule(directory), '.'])
  for (const home of new Set(directories.map(homeOf))) {
    if (home !== undefined) rules.push([wordRule(home), '~'])
  }
  rules.push(
    [/(projects[\\/]+)-[\w.-]+/g, '$1…'],
    [/(?<!\w)-(?:home|Users)-\w+/g, '~'],
    [/(?<![\w.~-])(?:\/mnt\/[a-z]|\/[a-z])?\/(?:home|Users|var\/home)\/[^\s/\\"'`:;,<>|()[\]{}*]+/g, '~'],
    [/(?<![\w.~/-])\/root(?=\/)/g, '~'],
    [/\b[A-Za-z]:[\\/]+Users[\\/]+[^\s/\\"'`:;,<>|()[\]{}*]+/gi, '~'],
  )
  for (const branch of traces.branches) if (isTelling(branch)) rules.push([wordRule(branch), '[branch]'])
  for (const host of traces.hosts)
    if (host.length > 3 && host !== 'localhost') rules.push([wordRule(host), '[host]'])
  return (text) =>
    rules.reduce((cleaned, [pattern, replacement]) => cleaned.replace(pattern, replacement), text)
}

/** A path as it is, as it stands escaped in JSON, and with the other slashes. */
function spellings(directory: string): string[] {
  const path = directory.replace(/[\\/]+$/, '')
  if (path.length < 4 || /^[A-Za-z]:$/.test(path)) return []
  if (homeOf(path) === path) return []
  return path.includes('\\') ? [path, path.replaceAll('\\', '\\\\'), path.replaceAll('\\', '/')] : [path]
}

function homeOf(path: string): string | undefined {
  return /^(?:\/(?:home|Users|var\/home)\/[^/]+|\/root|[A-Za-z]:[\\/]+Users[\\/]+[^\\/]+)/.exec(path)?.[0]
}

function isTelling(branch: string): boolean {
  return branch.length >= 5 && /[/_\-\d]/.test(branch)
}

/** Matches a text where it isn't part of a longer name. */
function wordRule(text: string): RegExp {
  const escaped = text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
  return new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`, 'g')
}
