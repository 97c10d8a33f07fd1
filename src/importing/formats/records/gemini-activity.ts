import { htmlToMarkdown } from '../../html/html-to-markdown.ts'
import type { ChatDraft, LeftOut, RecordFormat } from '../../imported-chat.ts'
import { leaveOut } from '../../left-out.ts'
import { arrayOf, firstText, firstTime, isObject, objectOf } from '../../streams/loose-json.ts'
import { joinBlocks, noteOf } from '../../text/markdown-blocks.ts'
import { startTurns } from '../../turns.ts'

/**
 * Gemini in Google's Takeout ("My Activity", MyActivity.json): one entry for each prompt, the newest first, the answer as
 * HTML. It doesn't say which belong together, so those asked within an hour of each other are taken for a conversation.
 */
export const geminiActivity: RecordFormat = {
  name: 'Gemini Takeout',
  recognisesRecord: (value) =>
    isObject(value) &&
    typeof value['title'] === 'string' &&
    typeof value['time'] === 'string' &&
    [value['header'], ...arrayOf(value['products'])].some(
      (name) => typeof name === 'string' && /gemini|bard/i.test(name),
    ),
  read: (records) =>
    chatsOf(
      records.filter(isObject).map((record) => {
        const { asked, isPrompt } = promptIn(firstText(record['title']) ?? '')
        const answer = arrayOf(record['safeHtmlItem']).map((item) =>
          htmlToMarkdown(firstText(objectOf(item)['html']) ?? ''),
        )
        const files = [...arrayOf(record['imageFile']), ...arrayOf(record['attachedFiles'])].map((file) =>
          firstText(file),
        )
        return {
          asked,
          isPrompt: isPrompt || answer.length > 0,
          answer,
          at: firstTime(record['time']),
          files,
        }
      }),
    ),
}

export type Activity = {
  asked: string
  isPrompt: boolean
  /** In Markdown. */
  answer: readonly string[]
  at: number | undefined
  files: readonly (string | undefined)[]
}

const pause = 60 * 60 * 1000

/** What stands before a prompt in the languages of Google's accounts. */
const beforePrompt =
  /^(?:Prompted|Asked|Said|Eingegebener Prompt:?|Gefragt:?|Prompt eingegeben:?|A saisi la requête|Vous avez demandé|Requête envoyée :|Has? preguntado|Petición:?|Instrucción:?|Hai chiesto|Prompt inserito:?|Você perguntou|Comando enviado:?|Prompt:|Ingevoerde prompt:?|Prompted:|Запрос:|送信したメッセージ:|プロンプト:?|입력한 프롬프트:?|提示:?|已输入提示：?|已提示：?)[\s\u00a0]+/i

export function promptIn(title: string): { asked: string; isPrompt: boolean } {
  const asked = title.replace(beforePrompt, '')
  return { asked: asked.trim(), isPrompt: asked !== title }
}

/** Conversations out of activities, each of those that lie close together. */
export function chatsOf(activities: readonly Activity[]): ChatDraft[] {
  const leftOut: LeftOut = {}
  const prompts = activities.filter(({ isPrompt }) => isPrompt).toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0))
  leaveOut(leftOut, 'other activity', activities.length - prompts.length)
  const chats: ChatDraft[] = []
  let last: number | undefined
  let turns = startTurns([])
  for (const { asked, answer, at, files } of prompts) {
    if (chats.length === 0 || at === undefined || last === undefined || at - last > pause) {
      turns = startTurns([])
      chats.push({
        source: 'gemini',
        // The same prompt may be asked on another day.
        keyHint: String(at ?? chats.length),
        usualModel: 'Gemini',
        createdAt: at,
        messages: turns.messages,
        leftOut: chats.length === 0 ? leftOut : {},
      })
    }
    last = at
    const of = chats.at(-1)?.leftOut ?? leftOut
    const notes = files.map((name) => {
      leaveOut(of, 'file')
      return noteOf('file', name)
    })
    turns.say('user', joinBlocks([...notes, asked]), at)
    turns.say('assistant', joinBlocks(answer), at)
  }
  return chats
}
