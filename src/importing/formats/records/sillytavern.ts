import type { ChatDraft, LeftOut, RecordFormat } from '../../imported-chat.ts'
import { leaveOut } from '../../left-out.ts'
import { arrayOf, firstText, isObject, objectOf } from '../../streams/loose-json.ts'
import { quotedReasoning } from '../../text/markdown-blocks.ts'
import { firstWrittenTime } from '../../text/read-time.ts'
import { startTurns } from '../../turns.ts'

/**
 * A chat of SillyTavern: a line that says who the two are, then a message a line, of which `swipes` are other answers. In
 * a group the character's name stands before what it says.
 */
export const sillyTavern: RecordFormat = {
  name: 'SillyTavern',
  recognisesRecord: (value) =>
    isObject(value) &&
    (('user_name' in value && 'character_name' in value) ||
      ('is_user' in value && typeof value['mes'] === 'string')),
  read: (records) => {
    const leftOut: LeftOut = {}
    const turns = startTurns([])
    const [header] = records.filter(isObject).filter((one) => !('mes' in one))
    const messages = records.filter(isObject).filter((one) => typeof one['mes'] === 'string')
    const characters = new Set(
      messages
        .filter((one) => one['is_user'] !== true && one['is_system'] !== true)
        .map((one) => one['name']),
    )
    let model: string | undefined
    for (const message of messages) {
      const { name, mes, is_user: isUser, is_system: isSystem } = message
      const extra = objectOf(message['extra'])
      if (isSystem === true) {
        leaveOut(leftOut, 'system message')
        continue
      }
      leaveOut(leftOut, 'message from a replaced branch', Math.max(0, arrayOf(message['swipes']).length - 1))
      const thought = firstText(extra['reasoning'])
      const speaker = isUser !== true && characters.size > 1 ? `**${firstText(name) ?? '?'}:** ` : ''
      const said = `${speaker}${typeof mes === 'string' ? mes : ''}`
      turns.say(
        isUser === true ? 'user' : 'assistant',
        thought === undefined || isUser === true ? said : `${quotedReasoning(thought)}\n\n${said}`,
        firstWrittenTime(message['send_date']),
      )
      model = firstText(extra['model']) ?? model
    }
    const draft: ChatDraft = {
      source: 'sillytavern',
      model,
      usualModel: firstText(header?.['character_name'], [...characters][0]) ?? 'SillyTavern',
      createdAt: firstWrittenTime(header?.['create_date']),
      messages: turns.messages,
      leftOut,
    }
    return [draft]
  },
}
