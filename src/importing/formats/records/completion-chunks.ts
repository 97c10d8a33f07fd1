import type { ChatDraft, RecordFormat } from '../../imported-chat.ts'
import { firstId, firstText, firstTime, isObject } from '../../streams/loose-json.ts'
import { joinBlocks, quotedReasoning } from '../../text/markdown-blocks.ts'
import { messageOf } from '../../turns.ts'
import { valuesAt } from '../lists/fields.ts'

/** A streamed chat completion, a piece a line. */
export const completionChunks: RecordFormat = {
  name: 'API responses',
  recognisesRecord: (value) => isObject(value) && value['object'] === 'chat.completion.chunk',
  read: (records) =>
    [...Map.groupBy(records.filter(isObject), (chunk) => firstId(chunk['id']))].map(
      ([id, chunks]): ChatDraft => {
        const all = (way: string): string => chunks.map((chunk) => firstSaid(valuesAt(chunk, way))).join('')
        const thought = all('choices.0.delta.reasoning_content')
        const said = joinBlocks([
          thought === '' ? '' : quotedReasoning(thought),
          all('choices.0.delta.content'),
        ])
        return {
          source: 'api',
          keyHint: id,
          model: firstText(chunks[0]?.['model']),
          createdAt: firstTime(chunks[0]?.['created']),
          messages: said === '' ? [] : [messageOf('assistant', said, undefined)],
          leftOut: {},
        }
      },
    ),
}

/** Also a blank is said. */
function firstSaid([value]: readonly unknown[]): string {
  return typeof value === 'string' ? value : ''
}
