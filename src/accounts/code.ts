const DIGITS = 8

/** How many digits a code that is sent by mail has. */
export const CODE_DIGITS = DIGITS

/** A code as it was entered: people leave spaces and hyphens in it. @returns undefined when it can't be one */
export function normaliseCode(text: string): string | undefined {
  const code = text.replace(/[\s\p{Cf}-]/gu, '')
  return code.length === DIGITS && /^\d+$/.test(code) ? code : undefined
}
