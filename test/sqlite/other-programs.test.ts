import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { createVisitor, expectOk, logIn, signUp } from '../kit/client.ts'
import { shapes } from '../kit/shapes.ts'
import { restartServer, startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

/** Whether the file is nobody else's, as SQLite asks before it removes the log of whom it takes for the last user. */
const ASKS_WHETHER_ALONE = `
  const file = new (require('node:sqlite').DatabaseSync)(process.argv[1], { timeout: 0 })
  try {
    file.exec('pragma locking_mode = exclusive; begin exclusive')
    console.log('alone')
  } catch ({ message }) {
    console.log(message)
  }
  file.close()`

function countChats(path: string): unknown {
  const file = new DatabaseSync(path, { readOnly: true })
  const count = file.prepare('select count(*) as count from chats').get()?.['count']
  file.close()
  return count
}

test('another program that opens and closes the file takes nothing from a running server', async () => {
  const server = await startServer()
  const owner = await signUp(server.url)
  const chat = await owner.createChat()
  // A deletion is removed by a thread, which opens the file as well.
  const gone = await owner.createChat()
  await owner.send('DELETE', owner.path(`/chats/${gone.id}`))
  const path = server.database.url.slice('file:'.length)
  await until('the thread has removed it', () => countChats(path) === 1)
  const log = statSync(`${path}-wal`).ino
  for (let times = 0; times < 3; times++) {
    const alone = execFileSync(process.execPath, ['-e', ASKS_WHETHER_ALONE, path], { encoding: 'utf8' })
    assert.equal(alone, 'database is locked\n')
    spawnSync('sqlite3', [path, 'select count(*) from users'])
    assert.equal(statSync(`${path}-wal`, { throwIfNoEntry: false })?.ino, log, 'its log was removed')
    await owner.addMessages(chat, [{ role: 'user', content: `after ${times}` }])
  }
  assert.equal((await createVisitor(server.url).get('/health')).status, 200)
  await server.kill()

  const again = await restartServer(server)
  const present = await logIn({ ...owner, url: again.url })
  const list = await present.get(owner.path(`/chats/${chat.id}/messages`))
  const contents = expectOk(list, shapes.messages).chatMessages.map(({ content }) => content)
  for (let times = 0; times < 3; times++)
    assert.ok(contents.includes(`after ${times}`), `after ${times} is lost`)
  await again.close()
})
