/** Thrown with a sentence for the operator; then nothing was changed. */
export class OperatingError extends Error {
  override readonly name = 'OperatingError'
}
