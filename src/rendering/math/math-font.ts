import { fileURLToPath } from 'node:url'

/**
 * The file of the math font (STIX Two Math, woff2, 400 kB, SIL Open Font License), from its npm package.
 * `message.css` looks for it beside itself as `stix-two-math.woff2`; a browser fetches it when a page has math.
 */
export const mathFontFile = fileURLToPath(
  import.meta.resolve('@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2'),
)
