/** Why work ends that nobody waits for any more. */
export class AskerLeft extends Error {
  override readonly name = 'AskerLeft'
}
