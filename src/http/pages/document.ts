import { type Html, html } from './html.ts'
import { mark, moonIcon, sunIcon } from './icons.ts'
import { type PageAsset, pageAssets } from './page-assets.ts'

/** Everything comes from this server and nothing stands in the page itself; no script makes HTML out of text. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"

/** Headers of every page. Forms that are sent without script need a referrer: their origin comes from it. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': PAGE_POLICY,
  'referrer-policy': 'same-origin',
} as const

/** Where a page is, as link previews have to know it. */
export interface PageAddress {
  /** such as `https://share.example.com` */
  readonly origin: string
  readonly path: string
}

/** What a link to a page is shown as elsewhere. */
export interface LinkPreview {
  readonly title: string
  readonly description: string
  readonly at: PageAddress
  /** whether other sites may ask what to show it as */
  readonly isEmbeddable?: boolean
}

export interface PageParts {
  readonly title: string
  readonly body: Html
  /** after that of all pages */
  readonly style?: PageAsset
  /** pages that say nothing to strangers have none */
  readonly preview?: LinkPreview
  /** what can be done with what the page shows */
  readonly tools?: Html
  /** said above everything */
  readonly banner?: Html
}

const CARD_ALT = 'Neptun Share: two speech bubbles beside a blue planet'

/** A whole page. */
export function document({ title, body, style: ownStyle, preview, tools, banner }: PageParts): Html {
  const { style, script, icon } = pageAssets()
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow, noarchive" />
        <link rel="stylesheet" href="${style.url}" />
        ${ownStyle && html`<link rel="stylesheet" href="${ownStyle.url}" />`}
        <script src="${script.url}"></script>
        <link rel="icon" type="image/svg+xml" href="${icon.url}" />
        ${preview && previewTags(preview)}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <a class="home" href="/">${mark}<span>Neptun Share</span></a>
          <div class="tools">
            ${tools}<button
              type="button"
              class="tool theme needs-script"
              data-action="theme"
              aria-label="Switch between light and dark"
              title="Light or dark"
            >
              ${sunIcon}${moonIcon}
            </button>
          </div>
        </header>
        ${banner}${body}
        <p class="said" role="status"></p>
      </body>
    </html> `
}

/** The picture is the same for every chat: it says nothing of any. */
function previewTags({ title, description, at, isEmbeddable }: LinkPreview): Html {
  const image = `${at.origin}${pageAssets().card.url}`
  return html`<meta name="description" content="${description}" />
    <meta property="og:type" content="article" />
    <meta property="og:site_name" content="Neptun Share" />
    <meta property="og:url" content="${at.origin}${at.path}" />
    <meta property="og:title" content="${title}" />
    <meta property="og:description" content="${description}" />
    <meta property="og:image" content="${image}" />
    <meta property="og:image:type" content="image/png" />
    <meta property="og:image:width" content="1200" />
    <meta property="og:image:height" content="630" />
    <meta property="og:image:alt" content="${CARD_ALT}" />
    <meta name="twitter:card" content="summary_large_image" />
    <meta name="twitter:title" content="${title}" />
    <meta name="twitter:description" content="${description}" />
    <meta name="twitter:image" content="${image}" />
    <meta name="twitter:image:alt" content="${CARD_ALT}" />
    ${
      isEmbeddable &&
      html`<link
        rel="alternate"
        type="application/json+oembed"
        href="${at.origin}/oembed?url=${encodeURIComponent(`${at.origin}${at.path}`)}"
      />`
    } `
}
