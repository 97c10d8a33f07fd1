// No letters or digits that look alike: passwords are read out and typed.
const CHARACTERS = 'abcdefghjkmnpqrstuvwxyz23456789'
const GROUPS = 4
const GROUP_LENGTH = 4

/** A password that is easy to read out: four groups of four, 79 bits of chance. */
export function generatePassword(): string {
  const groups = Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP_LENGTH }, () => randomCharacter()).join(''),
  )
  return groups.join('-')
}

function randomCharacter(): string {
  const limit = Math.floor(256 / CHARACTERS.length) * CHARACTERS.length
  for (;;) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1))
    // Bytes beyond the last full round would make some characters likelier.
    if (byte < limit) return CHARACTERS.charAt(byte % CHARACTERS.length)
  }
}
