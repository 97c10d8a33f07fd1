import { linesOfCode } from './code-lines.ts'
import { plainMark, speakerLineOf, type SpeakerLine } from './speaker-lines.ts'
import { plainName, type Speaker } from './speaker-names.ts'

/** Who the owner says the two are, as the file calls them. */
export type SpeakerNames = { readonly user?: string | undefined; readonly assistant?: string | undefined }

/** The line where somebody begins to speak. */
export type TurnLine = SpeakerLine & { readonly at: number; readonly role: Speaker }

export type FoundTurns =
  | { kind: 'found'; turns: TurnLine[] }
  /** Somebody speaks, but it can't be told who is who: what the speakers are called. */
  | { kind: 'unclear'; speakers: string[] }
  | { kind: 'none' }

type Candidate = SpeakerLine & { readonly at: number }

/** More lines that announce somebody are no conversation. */
const mostTold = 6

/**
 * Who speaks where in a text. All lines that announce somebody are of one kind. Where both are known by their names, all
 * other such lines are ordinary text. Where only one is, whoever takes turns with it is the other; where nobody does, or
 * several might, that is told instead of guessed.
 */
export function findTurns(lines: readonly string[], names: SpeakerNames = {}): FoundTurns {
  const all = candidatesOf(lines, names)
  const byMark = Map.groupBy(all, ({ mark }) => mark)
  const groups = [...byMark.values()].toSorted((a, b) => Number(isPlain(a)) - Number(isPlain(b)))
  const both = groups.find((group) => speaks(group, 'user') && speaks(group, 'assistant'))
  if (both !== undefined) return found(withFillers(both))
  const joined = acrossKinds(groups)
  if (joined !== undefined) return found(joined)
  const first = startOf(lines)
  let unclear: FoundTurns | undefined
  for (const group of groups.filter((group) => speaks(group, 'user') || speaks(group, 'assistant'))) {
    const turns = withOtherSide(group, first)
    if (turns.kind === 'found') return turns
    if (turns.kind === 'unclear') unclear ??= turns
  }
  return unclear ?? unknownPair(groups, first)
}

function candidatesOf(lines: readonly string[], names: SpeakerNames): Candidate[] {
  const code = linesOfCode(lines)
  const given = new Map<string, Speaker>()
  if (names.assistant !== undefined) given.set(plainName(names.assistant).name, 'assistant')
  if (names.user !== undefined) given.set(plainName(names.user).name, 'user')
  const candidates: Candidate[] = []
  for (const [at, line] of lines.entries()) {
    const speaker = code.has(at) ? undefined : speakerLineOf(line)
    if (speaker === undefined) continue
    const role = given.get(speaker.name) ?? (isTaken(given, speaker.role) ? undefined : speaker.role)
    candidates.push({ ...speaker, role, at })
  }
  return candidates
}

/** Whoever says what the two are called has said that no other name is one of them. */
function isTaken(given: ReadonlyMap<string, Speaker>, role: Speaker | undefined): boolean {
  return [...given.values()].some((one) => one === role)
}

function isPlain(group: readonly Candidate[]): boolean {
  return group[0]?.mark.endsWith(plainMark) ?? false
}

function speaks(group: readonly Candidate[], role: Speaker): boolean {
  return group.some((one) => one.role === role)
}

function found(candidates: readonly Candidate[]): FoundTurns {
  return {
    kind: 'found',
    turns: candidates.flatMap((one) => (one.role === undefined ? [] : [{ ...one, role: one.role }])),
  }
}

/**
 * Where both are known, a third may still speak: one whose name stands only where the user would otherwise speak twice in
 * a row, and each time.
 */
function withFillers(group: readonly Candidate[]): Candidate[] {
  const inGaps = new Map<string, number>()
  const elsewhere = new Set<string>()
  let speaking: Speaker | undefined
  let between: Candidate[] = []
  const endTurn = (next: Speaker | undefined): void => {
    for (const [index, { name }] of between.entries()) {
      if (speaking === 'user' && next === 'user' && index === 0) inGaps.set(name, (inGaps.get(name) ?? 0) + 1)
      else if (speaking !== 'user' || next !== undefined) elsewhere.add(name)
    }
    between = []
  }
  for (const one of group) {
    if (one.role === undefined) between.push(one)
    else if (one.role !== 'other' && one.role !== 'thought') {
      endTurn(one.role)
      speaking = one.role
    }
  }
  endTurn(undefined)
  return group.map((one) =>
    one.role === undefined && inGaps.has(one.name) && !elsewhere.has(one.name)
      ? { ...one, role: 'assistant' }
      : one,
  )
}

/** One side has lines of one kind, the other of another: "# Question", "**Claude:**". They have to take turns. */
function acrossKinds(groups: readonly (readonly Candidate[])[]): Candidate[] | undefined {
  const clear = groups.filter((group) => !isPlain(group))
  const users = clear.filter((group) => speaks(group, 'user'))
  const assistants = clear.filter((group) => speaks(group, 'assistant'))
  for (const one of users) {
    for (const other of assistants) {
      const known = [...one, ...other]
        .filter(({ role }) => role !== undefined)
        .toSorted((a, b) => a.at - b.at)
      const spoken = known.filter(({ role }) => role === 'user' || role === 'assistant')
      const takesTurns = spoken.every(({ role }, index) => index === 0 || role !== spoken[index - 1]?.role)
      if (takesTurns && spoken[0]?.role === 'user') return known
    }
  }
  return undefined
}

/** The first line with anything in it. */
function startOf(lines: readonly string[]): number {
  return lines.findIndex((line) => line.trim() !== '')
}

/** One side is known: the other is whoever answers each time. */
function withOtherSide(group: readonly Candidate[], first: number): FoundTurns {
  const known: Speaker = speaks(group, 'user') ? 'user' : 'assistant'
  const others = group.filter(({ role }) => role === undefined)
  const turns = group.filter(({ role }) => role === known).length
  if (others.length === 0) {
    if (isPlain(group)) return { kind: 'none' }
    // Of several in a row, somebody else's words would stand in each.
    return turns === 1 ? found(group) : { kind: 'unclear', speakers: shownNames(group) }
  }
  const other = takesTurnsWith(group, known)
  if (
    other === undefined ||
    (isPlain(group) && !(turns > 1 || others[0]?.at === first || group[0]?.at === first))
  )
    return isPlain(group) ? { kind: 'none' } : { kind: 'unclear', speakers: shownNames(group) }
  if (
    !isPlain(group) &&
    turns === 1 &&
    others.filter(({ name }) => name === other).length === 1 &&
    !isNamed(group)
  )
    return { kind: 'unclear', speakers: shownNames(group) }
  const role = known === 'user' ? 'assistant' : 'user'
  return found(group.map((one) => (one.role === undefined && one.name === other ? { ...one, role } : one)))
}

/** Of kinds of lines that are hardly anything else: "Ada said:", "_**Ada**_". */
function isNamed(group: readonly Candidate[]): boolean {
  return ['said', '_**', '[', '<b>', '<strong>'].includes(group[0]?.mark ?? '')
}

/** Who speaks between each two turns of the known side: the same name in all of them, and the only one to begin there. */
function takesTurnsWith(group: readonly Candidate[], known: Speaker): string | undefined {
  const gaps: Candidate[][] = [[]]
  for (const one of group) {
    if (one.role === known) gaps.push([])
    else if (one.role === undefined) gaps.at(-1)?.push(one)
  }
  const before = gaps.shift() ?? []
  // The last to speak may not have been answered.
  const answered = gaps.filter((gap, index) => gap.length > 0 || index < gaps.length - 1)
  const asked = known === 'assistant' && before.length > 0 ? [before, ...answered] : answered
  const [first, ...more] = asked
  if (first === undefined) return undefined
  const others = more.map((gap) => new Set(gap.map(({ name }) => name)))
  const fitting = [...new Set(first.map(({ name }) => name))].filter((name) =>
    others.every((gap) => gap.has(name)),
  )
  const leading = fitting.filter((name) => asked.every((gap) => gap[0]?.name === name))
  return leading[0] ?? (fitting.length === 1 ? fitting[0] : undefined)
}

/** Two whom nobody knows take turns: it is a conversation, but who is the model? */
function unknownPair(groups: readonly (readonly Candidate[])[], first: number): FoundTurns {
  for (const group of groups) {
    const names = shownNames(group)
    const takesTurns = group.every(({ name }, index) => index === 0 || name !== group[index - 1]?.name)
    const isBegun = !isPlain(group) || group[0]?.at === first
    if (names.length === 2 && group.length >= 4 && takesTurns && isBegun)
      return { kind: 'unclear', speakers: names }
  }
  return { kind: 'none' }
}

function shownNames(group: readonly Candidate[]): string[] {
  const names = new Map<string, string>()
  for (const { name, shown } of group) if (!names.has(name)) names.set(name, shown)
  return [...names.values()].slice(0, mostTold)
}
