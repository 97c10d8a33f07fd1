import { arrayOf, firstText, isObject, objectOf, ownField } from '../streams/loose-json.ts'
import { insideTag } from './tagged-text.ts'

/*
 * What a person says to an agent by way of its tools: answers to its questions, plans that it asks them to approve, and
 * what they say when they refuse a call. These belong to the conversation, whether tools are kept or not.
 */

/** Tools that ask the person, by their names without case and signs. */
const asking = new Set([
  'askuserquestion',
  'askuser',
  'askfollowupquestion',
  'askquestion',
  'askquestions',
  'question',
  'requestuserinput',
  'userinput',
])
/** Tools that show a plan to be approved, or an answer. */
const planning = new Set(['exitplanmode', 'planmoderespond', 'createplan', 'submitplan', 'exitspecmode'])
const answering = new Set(['attemptcompletion', 'notifyuser', 'planmoderespond', 'taskcomplete'])

function plain(name: string): string {
  return name.replace(/[^A-Za-z]/g, '').toLowerCase()
}

export function isQuestion(name: string): boolean {
  return asking.has(plain(name))
}

/** What a call says to the person, as Markdown; undefined where the tool works rather than speaks. */
export function saidByCall(name: string, input: unknown): string | undefined {
  const given = objectOf(input)
  if (isQuestion(name)) return questionText(given)
  if (planning.has(plain(name)))
    return firstText(given['plan'], given['response'], given['content'], given['spec'])
  if (answering.has(plain(name)))
    return firstText(given['result'], given['response'], given['summary'], given['Message'], given['message'])
  return undefined
}

/** Whether a call is for the person's eyes alone, so that no block of a tool is made of it. */
export function speaks(name: string): boolean {
  return isQuestion(name) || planning.has(plain(name)) || answering.has(plain(name))
}

function questionText(input: Record<string, unknown>): string | undefined {
  const questions = arrayOf(input['questions'])
  const all = questions.length > 0 ? questions : [input]
  const texts = all.flatMap((question) => {
    if (typeof question === 'string') return [question]
    if (!isObject(question)) return []
    const asked = firstText(question['question'], question['prompt'], question['text'], question['message'])
    if (asked === undefined) return []
    const options = arrayOf(question['options'] ?? question['follow_up'] ?? question['choices']).flatMap(
      optionText,
    )
    return [options.length === 0 ? asked : `${asked}\n\n${options.join('\n')}`]
  })
  return texts.length === 0 ? undefined : texts.join('\n\n')
}

function optionText(option: unknown): string[] {
  const given = objectOf(option)
  const label = firstText(option, given['label'], given['text'], given['value'], given['title'])
  if (label === undefined) return []
  const more = firstText(given['description'])
  return [`- ${label}${more === undefined ? '' : `: ${more}`}`]
}

/**
 * What the person answered, from the result of a question.
 *
 * @param input of the call that asked
 * @param structured the result as the program keeps it for itself, where it does
 */
export function answerIn(result: string, input: unknown, structured: unknown): string | undefined {
  if (/^(?:The )?user (?:declined|dismissed|cancell?ed|skipped)/i.test(result)) return undefined
  const told = objectOf(objectOf(structured)['answers'])
  const notes = objectOf(objectOf(structured)['annotations'])
  const answers = Object.entries(told).flatMap(([question, answer]) => {
    const text = answerText(answer)
    const note = firstText(objectOf(ownField(notes, question))['notes'])
    return text === undefined ? [] : [{ question, text: withNote(text, note) }]
  })
  if (answers.length > 0) return wordsOf(answers)
  const fromJson = answersInJson(result)
  if (fromJson !== undefined) return wordsOf(fromJson)
  const asked = arrayOf(objectOf(input)['questions']).flatMap(
    (question) => firstText(objectOf(question)['question']) ?? [],
  )
  const quoted = asked.flatMap((question) => {
    const text = quotedAnswer(result, question)
    return text === undefined ? [] : [{ question, text }]
  })
  if (quoted.length > 0) return wordsOf(quoted)
  const tagged = insideTag(result, 'answer') ?? insideTag(result, 'user_message')
  const text = (tagged ?? result)
    .replace(/^User (?:has )?(?:answered|responded|replied)[^:\n]{0,80}:\s?/i, '')
    .replace(/\.? You can now continue with the user's answers in mind\.?\s?$/, '')
    .trim()
  return text === '' ? undefined : text
}

function answerText(answer: unknown): string | undefined {
  if (Array.isArray(answer)) return firstText(answer.map(String).join(', '))
  if (isObject(answer)) return answerText(answer['answers'] ?? answer['answer'] ?? answer['value'])
  return firstText(answer)
}

function answersInJson(result: string): { question: string; text: string }[] | undefined {
  if (!result.trimStart().startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(result)
    const answers = objectOf(objectOf(value)['answers'])
    const all = Object.entries(answers).flatMap(([question, answer]) => {
      const text = answerText(answer)
      return text === undefined ? [] : [{ question, text }]
    })
    return all.length === 0 ? undefined : all
  } catch {
    return undefined
  }
}

/** The answer in `"<question>"="<answer>"`; answers may hold quotation marks. */
function quotedAnswer(result: string, question: string): string | undefined {
  const start = result.indexOf(`"${question}"="`)
  if (start === -1) return undefined
  const rest = result.slice(start + question.length + 4)
  const end = firstOf(rest, ['", "', '". You can now', '" user notes:', '" selected preview:'])
  const answer = firstText(rest.slice(0, end ?? Math.max(0, rest.lastIndexOf('"'))))
  const mark = '" user notes: '
  if (answer === undefined || end === undefined || !rest.startsWith(mark, end)) return answer
  const note = rest.slice(end + mark.length)
  return withNote(answer, note.slice(0, firstOf(note, [', "', '. You can now'])))
}

/** Where the first of these stands. */
function firstOf(text: string, marks: readonly string[]): number | undefined {
  const found = marks.map((mark) => text.indexOf(mark)).filter((at) => at !== -1)
  return found.length === 0 ? undefined : Math.min(...found)
}

/** What the person chose, and what they wrote beside it. */
function withNote(answer: string, note: string | undefined): string {
  return note === undefined || note.trim() === '' ? answer : `${answer}\n\n${note.trim()}`
}

function wordsOf(answers: readonly { question: string; text: string }[]): string {
  const [first, ...others] = answers
  if (first === undefined || others.length === 0) return first?.text ?? ''
  return answers.map(({ question, text }) => `${question}\n${text}`).join('\n\n')
}

const refusals = [
  'the user said:\n',
  'the user said: ',
  'The user provided the following reason for the rejection:',
  'with the following feedback:',
  'provided the following feedback:',
  'User feedback:',
]

/** What the person said when they refused a call; undefined where they said nothing. */
export function refusalIn(result: string): string | undefined {
  if (!/reject|refus|denied|declin|doesn't want|does not want|not allow/i.test(result.slice(0, 500)))
    return undefined
  for (const mark of refusals) {
    const at = result.indexOf(mark)
    if (at === -1) continue
    const said = result.slice(at + mark.length)
    return firstText(insideTag(said, 'feedback') ?? said)?.trim()
  }
  return undefined
}

/** What the person thinks of an answer, where a program tags it. */
export function feedbackIn(result: string): string | undefined {
  return (insideTag(result, 'feedback') ?? insideTag(result, 'user_message'))?.trim()
}

/** A plan that stands in the result of its approval: as the person changed it, or where the call had none. */
export function approvedPlanIn(result: string): { plan: string; isEdited: boolean } | undefined {
  const [mark, edited] = /^## Approved Plan( \(edited by user\))?:\n/m.exec(result) ?? []
  if (mark === undefined) return undefined
  const plan = result.slice(result.indexOf(mark) + mark.length).trim()
  return plan === '' ? undefined : { plan, isEdited: edited !== undefined }
}
