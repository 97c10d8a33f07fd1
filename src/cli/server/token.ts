/** Whether a text is a token for programs, not the value of a session's cookie. */
export function isToken(text: string): boolean {
  return text.startsWith('npt_')
}
