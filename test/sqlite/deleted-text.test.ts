import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { createVisitor, signUp, type NewMessage } from '../kit/client.ts'
import { startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

/** Texts of many sizes: within a page of the file, a page, and over many of them. */
const sizes = [1, 40, 400, 4000]

/** Words are stored without the letters that they share with the one before. */
const endOf = (secret: string): string => secret.slice(-20)

const randomWord = (): string => randomUUID().slice(0, 8)

async function done(answer: Promise<{ status: number; text: string }>): Promise<void> {
  const { status, text } = await answer
  assert.equal(status, 200, text)
}

test('what was deleted or overwritten is in no file of the database once the log is copied into it', async () => {
  const server = await startServer()
  try {
    const secrets: string[] = []
    const messages = (): NewMessage[] =>
      sizes.map((count) => {
        // One word, as the index of the search has it.
        const secret = randomUUID().replaceAll('-', '')
        secrets.push(secret)
        return { role: 'user', content: secret.repeat(count) }
      })
    const inDatabase = <T>(work: (database: DatabaseSync) => T): T => {
      const database = new DatabaseSync(server.database.url.slice('file:'.length))
      try {
        return work(database)
      } finally {
        database.close()
      }
    }
    const checkpoint = () => inDatabase((database) => database.exec('pragma wal_checkpoint(truncate)'))
    const indexed = (): string =>
      inDatabase((database) =>
        database
          .prepare('select words from search_entries')
          .all()
          .map(({ words }) => String(words))
          .join(' '),
      )
    const owner = await signUp(server.url)
    const edited = await owner.createChat(messages())
    const emptied = await owner.createChat(messages())
    const gone = await owner.createChat(messages(), secrets[0])
    const leaver = await signUp(server.url)
    await leaver.createChat(messages())
    // Finished bytes hold the text once more.
    const share = await owner.share(edited, { snapshot: true })
    assert.equal((await createVisitor(server.url).readShare(share.uuid)).status, 200)
    // Many other words: the index of few texts is soon made anew, and then forgets by itself.
    const others = Array.from({ length: 300 }, () => Array.from({ length: 40 }, randomWord).join(' '))
    await owner.createChat(others.map((content) => ({ role: 'user', content })))
    await until('all of it is in the index of the search', () => {
      const words = indexed()
      return [...secrets, ...others.map((text) => text.slice(0, 8))].every((word) => words.includes(word))
    })
    checkpoint()
    const before = await server.database.rawContent()
    for (const secret of secrets) assert.ok(before.includes(secret), 'the text is where it is looked for')

    const list = async (chat: { id: number }) => {
      const answer = await owner.get(owner.path(`/chats/${chat.id}/messages`))
      return (answer.json() as { chatMessages: { id: number }[] }).chatMessages
    }
    await owner.changeShare(share, { snapshot: false })
    for (const { id } of await list(edited)) {
      const path = owner.path(`/chats/${edited.id}/messages/${id}`)
      await done(owner.send('PATCH', path, { json: { content: 'nothing' } }))
    }
    for (const { id } of await list(emptied)) {
      await done(owner.send('DELETE', owner.path(`/chats/${emptied.id}/messages/${id}`)))
    }
    await done(owner.send('DELETE', owner.path(`/chats/${gone.id}`)))
    await done(leaver.send('DELETE', leaver.path(), { json: { current_password: leaver.password } }))
    // An account's texts go a little at a time.
    await until('no deleted text is in the file', async () => {
      checkpoint()
      const after = await server.database.rawContent()
      return !secrets.some((secret) => after.includes(endOf(secret)))
    })
  } finally {
    await server.close()
  }
})
