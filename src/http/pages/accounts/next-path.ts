const LONGEST = 2048

/** Where somebody goes who was asked to sign in and comes from nowhere. */
const HOME = '/'

/**
 * Where to go after signing in: a path on this server, or the start page where what was asked for is anything else.
 * Browsers read `//host` and `/\host` as another host and leave out tabs and line breaks, so none of these pass.
 */
export function nextPath(asked: unknown): string {
  if (typeof asked !== 'string' || asked.length > LONGEST) return HOME
  if (!asked.startsWith('/') || /[\\\p{Cc}]/u.test(asked)) return HOME
  const url = URL.parse(asked, 'http://here.invalid')
  if (!url || url.origin !== 'http://here.invalid') return HOME
  const path = url.pathname + url.search + url.hash
  // `/..//host` is a path that becomes `//host`.
  return asked.startsWith('//') || path.startsWith('//') ? HOME : path
}
