import { createHmac } from 'node:crypto'

/** Makes ids of one account's files; tells nothing of other accounts'. */
export function fileIdKey(secret: string, userId: number): string {
  return createHmac('sha256', secret).update(`files of user ${userId}`).digest('base64url')
}

/**
 * The id of a file, which nobody can guess who doesn't know the key. The same source has the same id each time, so that
 * importing it again brings the same text.
 *
 * @param source what the file is: a digest of its bytes, or how the program that it comes from calls it
 */
export function fileIdFor(key: string, source: string): string {
  // Letters and digits alone: nothing in a text that is cleaned, cut or linked breaks inside of it.
  return createHmac('sha256', key)
    .update(source)
    .digest('base64url')
    .replaceAll(/[-_]/g, (sign) => (sign === '-' ? 'x' : 'y'))
    .slice(0, 22)
}
