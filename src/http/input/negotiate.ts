/**
 * Whether the asker wants Markdown rather than what else there is: they name `text/markdown`, and don't prefer the
 * other type.
 *
 * @param accept the header's value
 */
export function prefersMarkdown(accept: string | undefined): boolean {
  return prefers(accept, 'text/markdown', 'application/json')
}

/** What a program that opens a share's link wants to read, rather than the page. */
export type LinkForm = 'markdown' | 'json' | 'text'

const LINK_FORMS: Readonly<Record<string, LinkForm>> = {
  'text/markdown': 'markdown',
  'application/json': 'json',
  'text/plain': 'text',
}

const ANY_LINK_FORM = /text\/(?:markdown|plain)|application\/json/i

/** @returns undefined for whoever wants the page, or doesn't say */
export function wantedLinkForm(accept: string | undefined): LinkForm | undefined {
  // Browsers name none of them.
  if (accept === undefined || !ANY_LINK_FORM.test(accept)) return undefined
  const wanted = Object.keys(LINK_FORMS).find((type) => prefers(accept, type, 'text/html'))
  return wanted === undefined ? undefined : LINK_FORMS[wanted]
}

/** Whether the asker wants lines of JSON that come while the work is under way, rather than one JSON at its end. */
export function prefersLines(accept: string | undefined): boolean {
  return prefers(accept, 'application/x-ndjson', 'application/json')
}

function prefers(accept: string | undefined, wanted: string, other: string): boolean {
  // Most askers don't name it; looking for the name first spares them the parsing.
  if (accept === undefined || !accept.toLowerCase().includes(wanted)) return false
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 }
  })
  const qualityOf = (type: string): number => ranges.find((range) => range.type === type)?.quality ?? 0
  const quality = qualityOf(wanted)
  return quality > 0 && quality >= qualityOf(other)
}

/** Whether `If-None-Match` names this ETag; weak comparison, as RFC 9110 section 13.1.2 has it. */
export function namesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  // What nearly all send.
  if (ifNoneMatch === etag) return true
  if (ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some((name) => name.trim().replace(/^W\//, '') === etag)
}
