import type { MarkdownIt, Token } from 'markdown-it'
import { fileIdOf } from '../../chats/file-references.ts'

const allowedProtocols = new Set(['http:', 'https:', 'mailto:'])

/** `ugc` and `nofollow`: the owner of the server doesn't vouch for what somebody else's chat links to. */
const rel = 'noopener noreferrer nofollow ugc'

/**
 * The address as a browser would understand it if it is absolute http, https or mailto, else undefined. Parsed
 * as browsers do (WHATWG), so that no spelling means one thing here and another there.
 */
function safeHref(url: string): string | undefined {
  const parsed = URL.parse(url)
  return parsed && allowedProtocols.has(parsed.protocol) ? parsed.href : undefined
}

/**
 * Links lead to other sites by http(s) or to a mail address; relative ones (a path in somebody's project)
 * become plain text, forbidden schemes stay as they were typed. Images become links: loading one from elsewhere
 * would tell a stranger who reads the chat, and when. The chat's own files are marked, for place-files.ts.
 */
export function makeLinksSafe(markdown: MarkdownIt): void {
  // An embedded picture passes here to become a short note below instead of pages of base64.
  markdown.validateLink = (url) =>
    safeHref(url) !== undefined ||
    !URL.canParse(url) ||
    /^data:image\//i.test(url) ||
    fileIdOf(url) !== undefined

  // Only addresses that say so are links: README.md and main.rs look like hosts under .md and .rs.
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: true })

  markdown.core.ruler.push('safe_links', (state) => {
    for (const block of state.tokens) {
      if (block.type !== 'inline' || !block.children) continue
      block.children = safeInline(block.children, {
        create: (type, tag, nesting) => new state.Token(type, tag, nesting),
        altText: (image) =>
          markdown.renderer.renderInlineAsText(image.children ?? [], markdown.options, state.env),
      })
    }
  })
}

type InlineTools = {
  create: (type: string, tag: string, nesting: -1 | 0 | 1) => Token
  altText: (image: Token) => string
}

function safeInline(tokens: Token[], tools: InlineTools): Token[] {
  const safe: Token[] = []
  const open: ('a' | 'span' | 'inner')[] = []
  for (const token of tokens) {
    if (token.type === 'link_open' && open.length > 0) {
      // Links don't nest in HTML: `[a <https://b.c>](https://d.e)` is one, and it leads to d.e.
      open.push('inner')
    } else if (token.type === 'link_open') {
      open.push(restrictLink(token, String(token.attrGet('href') ?? '')))
      safe.push(token)
    } else if (token.type === 'link_close') {
      const tag = open.pop()
      if (tag === 'inner' || tag === undefined) continue
      token.tag = tag
      safe.push(token)
    } else if (token.type === 'image') {
      for (const part of pictureOrLink(token, open.length > 0, tools)) safe.push(part)
    } else {
      safe.push(token)
    }
  }
  return safe
}

/** Sets tag and attributes of an opening link; answers the tag, which the closing one needs. */
function restrictLink(token: Token, url: string): 'a' | 'span' {
  const fileId = fileIdOf(url)
  if (fileId !== undefined) {
    token.tag = 'a'
    token.attrs = [['data-file', fileId]]
    return 'a'
  }
  const href = safeHref(url)
  token.tag = href === undefined ? 'span' : 'a'
  token.attrs =
    href === undefined
      ? [['class', 'no-link']]
      : [
          ['href', href],
          ['rel', rel],
        ]
  return href === undefined ? 'span' : 'a'
}

function pictureOrLink(image: Token, insideLink: boolean, tools: InlineTools): Token[] {
  const text = tools.create('text', '', 0)
  const alt = tools.altText(image).trim()
  const fileId = fileIdOf(String(image.attrGet('src') ?? ''))
  if (fileId !== undefined) {
    const picture = tools.create('file_picture', 'img', 0)
    picture.attrs = [['data-file', fileId]]
    if (insideLink) picture.attrs.push(['data-inside', ''])
    picture.attrs.push(['alt', alt])
    return [picture]
  }
  // A badge inside a link is just its text.
  if (insideLink) {
    text.content = alt || 'Image'
    return [text]
  }
  text.content = alt ? `Image: ${alt}` : 'Image'
  const open = tools.create('link_open', 'a', 1)
  const close = tools.create('link_close', 'a', -1)
  close.tag = restrictLink(open, String(image.attrGet('src') ?? ''))
  return [open, text, close]
}
