import { createHash } from 'node:crypto'

const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const ALPHABETS = {
  hex: '0123456789abcdef',
  letters: `${LOWER}${LOWER.toUpperCase()}0123456789`,
  url: `${LOWER}${LOWER.toUpperCase()}0123456789_-`,
  base64: `${LOWER}${LOWER.toUpperCase()}0123456789+/`,
  upper: `${LOWER.toUpperCase()}234567`,
  lower: `${LOWER}0123456789`,
} as const

type Alphabet = keyof typeof ALPHABETS

/** Characters that look random and are the same in every run. */
export interface RandomText {
  readonly text: (alphabet: Alphabet, length: number) => string
  readonly number: (below: number) => number
  readonly pick: <T>(choices: readonly T[]) => T
}

export function randomText(seed: string): RandomText {
  let count = 0
  const number = (below: number): number =>
    createHash('sha256').update(`${seed} ${count++}`).digest().readUInt32BE() % below
  return {
    number,
    text: (alphabet, length) =>
      Array.from({ length }, () => ALPHABETS[alphabet].charAt(number(ALPHABETS[alphabet].length))).join(''),
    pick(choices) {
      const chosen = choices[number(choices.length)]
      if (chosen === undefined) throw new Error('There is nothing to choose from.')
      return chosen
    },
  }
}
