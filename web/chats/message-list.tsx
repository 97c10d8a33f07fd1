import type { ChatMessage } from '../../src/client/types.ts'
import { Button } from '../ui/button.tsx'
import { Problem } from '../ui/problem.tsx'
import { MessageItem } from './message-item.tsx'
import { RENDERED_AT_ONCE, useNear, useRendered } from './rendered-messages.ts'

/** A chat's messages. They are rendered page by page, so that a chat of thousands opens as fast as a short one. */
export function MessageList({ messages }: { readonly messages: readonly ChatMessage[] }) {
  const pages = Array.from({ length: Math.ceil(messages.length / RENDERED_AT_ONCE) }, (_, page) =>
    messages.slice(page * RENDERED_AT_ONCE, (page + 1) * RENDERED_AT_ONCE),
  )
  return (
    <ol className="flex flex-col gap-3" aria-label="Messages">
      {pages.map((page, index) => (
        <MessagePage key={page[0]?.id} messages={page} from={index * RENDERED_AT_ONCE + 1} />
      ))}
    </ol>
  )
}

interface MessagePageProps {
  readonly messages: readonly ChatMessage[]
  /** the number of the first one */
  readonly from: number
}

function MessagePage({ messages, from }: MessagePageProps) {
  const { isNear, watch } = useNear()
  const chatId = messages[0]?.chat_conversation_id ?? 0
  const rendered = useRendered(chatId, from, isNear || from === 1)
  const htmlOf = new Map(rendered.data?.map(({ id, html }) => [id, html]))
  return (
    <>
      {rendered.isError && (
        <li className="flex flex-wrap items-center gap-3">
          <Problem>{`These messages couldn’t be shown as readers see them. ${rendered.error.message}`}</Problem>
          <Button size="small" onClick={() => void rendered.refetch()}>
            Try again
          </Button>
        </li>
      )}
      {messages.map((message, index) => (
        <MessageItem
          key={message.id}
          message={message}
          number={from + index}
          html={htmlOf.get(message.id)}
          watch={watch}
        />
      ))}
    </>
  )
}
