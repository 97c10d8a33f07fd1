import { redacted } from '../scanning/finding.ts'
import { plainExcerpt } from './plain-excerpt.ts'

/** What a link to a chat is shown as elsewhere, in plain text. */
export interface PreviewText {
  readonly title: string
  readonly description: string
}

/**
 * The title and the first words of a chat without anything that better isn't shown. Loads the rules: for threads.
 *
 * @param content of the first message
 */
export async function writePreview(
  { title, content }: { readonly title: string; readonly content: string },
  maxChars: number,
): Promise<PreviewText> {
  const { scanText } = await import('../scanning/scan-text.ts')
  const clean = async (text: string): Promise<string> => redacted(text, await scanText(text))
  // Before, as cutting leaves a half of a secret that isn't recognised; and after, as marks may stand within one.
  const description = await clean(plainExcerpt(await clean(content), maxChars))
  return { title: await clean(title), description }
}
