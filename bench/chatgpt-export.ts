const words =
  'the quick brown fox jumps over a lazy dog while “curly quotes”, naïve umlauts and code like `x = 1`\n'

function conversation(number: number, messagesPerChat: number): string {
  const mapping: Record<string, unknown> = {
    root: { id: 'root', message: null, parent: null, children: ['n0'] },
  }
  for (let i = 0; i < messagesPerChat; i++) {
    mapping[`n${i}`] = {
      id: `n${i}`,
      parent: i === 0 ? 'root' : `n${i - 1}`,
      children: i + 1 < messagesPerChat ? [`n${i + 1}`] : [],
      message: {
        id: `n${i}`,
        author: { role: i % 2 === 0 ? 'user' : 'assistant', name: null, metadata: {} },
        create_time: 1_700_000_000.123 + i,
        content: {
          content_type: 'text',
          parts: [`${number}.${i} ${words.repeat(1 + ((number * 7 + i * 3) % 40))}`],
        },
        status: 'finished_successfully',
        metadata: { model_slug: 'gpt-4o', citations: [], content_references: [] },
        recipient: 'all',
      },
    }
  }
  return JSON.stringify({
    title: `Conversation ${number}`,
    create_time: 1_700_000_000.5,
    mapping,
    current_node: `n${messagesPerChat - 1}`,
    conversation_id: `conversation-${number}`,
  })
}

/** An export of ChatGPT of about so many bytes, made while it is read: messages are of about 2 kB. */
export async function* chatGptExport(bytes: number, messagesPerChat: number): AsyncGenerator<Uint8Array> {
  let made = 0
  for (let number = 0; made < bytes; number++) {
    const text = Buffer.from((number === 0 ? '[' : ',') + conversation(number, messagesPerChat))
    made += text.length
    for (let at = 0; at < text.length; at += 65_536) yield text.subarray(at, at + 65_536)
  }
  yield Buffer.from(']')
}
