import { useMemo } from 'react'

declare global {
  interface Window {
    /** in browsers that have Trusted Types, which the page's policy asks for */
    readonly trustedTypes?: {
      createPolicy(
        name: string,
        rules: { createHTML: (html: string) => string },
      ): { createHTML(html: string): unknown }
    }
  }
}

/** The one way in which text becomes HTML in this app: what this server has rendered, and nothing else. */
const policy = window.trustedTypes?.createPolicy('rendered-messages', { createHTML: (html) => html })

/** A message as its readers see it: HTML that the server made, under the same policy as their page. */
export function RenderedBody({ html }: { readonly html: string }) {
  // The same value as long as it is the same HTML: another one would fold again what the owner has unfolded.
  const trusted = useMemo(() => ({ __html: policy ? policy.createHTML(html) : html }), [html])
  return <div dangerouslySetInnerHTML={trusted as { __html: string }} />
}
