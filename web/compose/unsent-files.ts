import type { NewMessage } from '../../src/client/types.ts'

/** Files of a chat that isn't saved yet: they go out with it. */
export interface UnsentFiles {
  /** @returns what stands in a message for it until then */
  readonly add: (file: File) => Promise<string>
  /** Sends those that messages have, and answers the messages as they are with them. */
  readonly send: (
    messages: readonly NewMessage[],
    send: (file: File) => Promise<string>,
  ) => Promise<NewMessage[]>
}

export function createUnsentFiles(): UnsentFiles {
  const unsent = new Map<string, File>()
  const sent = new Map<string, string>()
  return {
    add(file) {
      const name = file.name.replace(/[[\]()\\\n]/g, ' ').trim() || 'file'
      const mark = `${file.type.startsWith('image/') ? '!' : ''}[${name}](added-file-${unsent.size + 1})`
      unsent.set(mark, file)
      return Promise.resolve(mark)
    },
    async send(messages, send) {
      for (const [mark, file] of unsent) {
        // Where one failed, trying again goes on behind those that are there.
        if (sent.has(mark) || !messages.some(({ content }) => content.includes(mark))) continue
        sent.set(mark, await send(file))
      }
      return messages.map(({ role, content }) => ({
        role,
        content: [...sent].reduce((text, [mark, markdown]) => text.replaceAll(mark, markdown), content),
      }))
    },
  }
}
