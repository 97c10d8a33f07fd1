import { hash } from 'node:crypto'
import { CHAT_BEGIN, CHAT_END, PAGE_FILE_MARK } from '../../../chats/chat-in-page.ts'
import { contentsButton } from './chat-document.ts'
import type { ChatPage } from './chat-page.ts'
import { Html, html } from '../html.ts'
import { mark } from '../icons.ts'
import { findPageAsset, type PageAsset, pageAssets } from '../page-assets.ts'

/**
 * A chat as one file that looks like its page and needs no server: no script, nothing from elsewhere, and a policy
 * that lets neither in, whatever opens it. This is its beginning, after which come the chat as JSON (chat-in-page.ts) and
 * {@link CHAT_FILE_END}.
 *
 * @param letters what its formulas need
 */
export function chatFile({ title, hasContents, main }: Omit<ChatPage, 'preview'>, letters: Letters): Html {
  const style = inlineStyle(letters)
  const policy =
    `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; img-src data:; font-src data:; ` +
    "base-uri 'none'; form-action 'none'"
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        ${new Html(`<meta ${PAGE_FILE_MARK} />`)}
        <meta http-equiv="content-security-policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <link rel="icon" href="${dataUrl(pageAssets().icon)}" />
        ${
          // To the letter, which the policy's hash is of.
          new Html(`<style>${style}</style>`)
        }
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <span class="home">${mark}<span>Neptun Share</span></span>
          <div class="tools">${hasContents && contentsButton}</div>
        </header>
        <div class="${hasContents ? 'reading with-contents' : 'reading'}">${main}</div>
        <footer class="foot"><p>Exported from Neptun Share</p></footer>
        ${new Html(CHAT_BEGIN)}
     `
}

export const CHAT_FILE_END = `${CHAT_END}
      </body>
    </html>
`

/** As the style sheet has it of the font's second file. */
const RARE_LETTERS = /[\u{1D468}-\u{1D6A3}\u{1D71C}-\u{1D7FF}]/u

/** Which of the fonts for formulas a file brings along. */
export type Letters = 'none' | 'common' | 'all'

/** Collects what the formulas in a page need that is written piece by piece. */
export function neededLetters(): { readonly add: (html: string) => void; readonly found: () => Letters } {
  let hasFormulas = false
  let hasRareOnes = false
  return {
    add(html) {
      hasFormulas ||= html.includes('<math')
      hasRareOnes ||= RARE_LETTERS.test(html)
    },
    found: () => (!hasFormulas ? 'none' : hasRareOnes ? 'all' : 'common'),
  }
}

/** The pages' style with what it refers to in it; a font for formulas is larger than most chats. */
function inlineStyle(letters: Letters): string {
  const style = pageAssets().style.bytes.toString('utf8')
  const needed = style.replace(/@font-face\s*\{[^}]*\}/g, (face) => {
    const isNeeded = letters === 'all' || (letters === 'common' && !face.includes('letters'))
    return isNeeded ? face : ''
  })
  return needed.replace(/(?<=url\(')[^']*\/([^'/]+)(?='\))/g, (url, file: string) => {
    const asset = findPageAsset(file)
    return asset ? dataUrl(asset) : url
  })
}

function dataUrl({ contentType, bytes }: PageAsset): string {
  return `data:${contentType.replaceAll(' ', '')};base64,${bytes.toString('base64')}`
}
