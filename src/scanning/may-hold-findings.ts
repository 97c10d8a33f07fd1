/** Every finding has one of these in it or beside it: long words, or what introduces a short one. */
const HINTS =
  /\S{20}|:\/\/|@|[\\/](?:home|users)[\\/]|\d\.\d|\.(?:internal|intranet|corp|lan|home)\b|passw|passphrase|kennwort|secret|token|key|credential|auth|bearer|cookie|curl|machine|mysql|sshpass|redis-cli/i

/** Whether it is worth loading the rules for a text: most have nothing in them that could be found. */
export function mayHoldFindings(text: string): boolean {
  return HINTS.test(text)
}
