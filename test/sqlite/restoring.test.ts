import assert from 'node:assert/strict'
import { chmod, copyFile, readdir, rename, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { createVisitor, logIn, signUp } from '../kit/client.ts'
import { until } from '../kit/until.ts'
import { restartServer, type Server, startServer } from '../kit/start-server.ts'

function pathOf({ database }: Server): string {
  return database.url.slice('file:'.length)
}

/** As docs/OPERATIONS.md says, while the server runs. */
function backUp(server: Server): string {
  const backup = `${pathOf(server)}.backup`
  const file = new DatabaseSync(pathOf(server))
  file.exec(`vacuum into '${backup}'`)
  file.close()
  return backup
}

test('a log that was left beside a restored file is set aside and told of, and nothing of it comes back', async () => {
  const server = await startServer()
  const owner = await signUp(server.url)
  const kept = await owner.share(await owner.createChat())
  const backup = backUp(server)
  const later = await owner.share(await owner.createChat())
  for (let count = 0; count < 50; count++) await owner.createChat()
  await server.kill()
  // Whoever restores forgets the log.
  await copyFile(backup, pathOf(server))

  const restored = await restartServer(server)
  try {
    assert.equal((await createVisitor(restored.url).readShare(kept.uuid)).status, 200)
    assert.equal((await createVisitor(restored.url).readShare(later.uuid)).status, 404)
    assert.match(restored.output(), /does not belong to .* it was set aside/)
    const files = await readdir(dirname(pathOf(server)))
    const aside = `${basename(pathOf(server))}-wal.left-over`
    assert.ok(files.some((file) => file.startsWith(aside)))
    const again = await logIn({ ...owner, url: restored.url })
    assert.equal((await again.get(again.path('/chats'))).status, 200)
    const file = new DatabaseSync(pathOf(server))
    assert.deepEqual({ ...file.prepare('pragma integrity_check').get() }, { integrity_check: 'ok' })
    file.close()
  } finally {
    await restored.stop()
    await server.database.remove()
  }
})

test('a log that was left beside a copy of a stopped server is set aside, too', async () => {
  const server = await startServer()
  const owner = await signUp(server.url)
  const kept = await owner.share(await owner.createChat())
  await server.stop()
  const copy = `${pathOf(server)}.copy`
  await copyFile(pathOf(server), copy)
  const later = await restartServer(server)
  const again = await logIn({ ...owner, url: later.url })
  const lost = await again.share(await again.createChat())
  await later.kill()
  await copyFile(copy, pathOf(server))

  const restored = await restartServer(server)
  try {
    assert.equal((await createVisitor(restored.url).readShare(kept.uuid)).status, 200)
    assert.equal((await createVisitor(restored.url).readShare(lost.uuid)).status, 404)
    assert.match(restored.output(), /does not belong to .* it was set aside/)
  } finally {
    await restored.stop()
    await server.database.remove()
  }
})

function hasTold({ output }: Server): boolean {
  return output().includes("-wal, isn't there")
}

test('a copy of a running server without its log is told of; a stop, a crash and a backup are not', async () => {
  const server = await startServer()
  const owner = await signUp(server.url)
  await owner.createChat()
  const backup = backUp(server)
  await copyFile(pathOf(server), `${pathOf(server)}.torn`)
  await server.kill()
  for (const stop of ['kill', 'stop', 'stop'] as const) {
    const again = await restartServer(server)
    await createVisitor(again.url).get('/health')
    await again[stop]()
    assert.equal(hasTold(again), false, stop)
    assert.equal(again.output().includes('set aside'), false, stop)
  }
  await copyFile(backup, pathOf(server))
  const restored = await restartServer(server)
  await restored.stop()
  assert.equal(hasTold(restored), false)

  await copyFile(`${pathOf(server)}.torn`, pathOf(server))
  const torn = await restartServer(server)
  await torn.stop()
  assert.equal(hasTold(torn), true)
  await server.database.remove()
})

test('a log of another time beside a copy of a running server is set aside and told of', async () => {
  const server = await startServer()
  const owner = await signUp(server.url)
  const kept = await owner.share(await owner.createChat())
  const path = pathOf(server)
  await beginLogAnew(path)
  const copy = `${path}.copy`
  await copyFile(path, copy)
  const text = 'written later '.repeat(2000)
  const write = async (chats: number) => {
    for (let count = 0; count < chats; count++) await owner.createChat([{ role: 'user', content: text }])
  }
  await write(60)
  await beginLogAnew(path)
  const later = await owner.share(await owner.createChat())
  await write(20)
  await server.kill()
  await copyFile(copy, path)

  const restored = await restartServer(server)
  try {
    assert.match(restored.output(), /does not belong to .* it was set aside/)
    assert.equal((await createVisitor(restored.url).readShare(kept.uuid)).status, 200)
    assert.equal((await createVisitor(restored.url).readShare(later.uuid)).status, 404)
  } finally {
    await restored.stop()
    await server.database.remove()
  }
})

/** Copies the log into the file, so that the next change begins it anew. */
async function beginLogAnew(path: string): Promise<void> {
  const file = new DatabaseSync(path)
  // Busy while a read of the server still uses the log (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint).
  await until(
    'the log begins anew',
    () => file.prepare('pragma wal_checkpoint(restart)').get()?.['busy'] === 0,
  )
  file.close()
}

test('a crash loses nothing where the index of the search is damaged', async () => {
  const server = await startServer()
  const owner = await signUp(server.url)
  const file = new DatabaseSync(pathOf(server), { defensive: false })
  await owner.createChat([{ role: 'user', content: 'thalassa' }])
  await until('it is in the index', () => {
    const { count } = file.prepare('select count(*) as count from search_entries').get() ?? {}
    return count === 2
  })
  file.exec(`update search_entries_content set c0 = 'other words'`)
  assert.notEqual(file.prepare('pragma quick_check').get()?.['quick_check'], 'ok')
  file.exec('pragma wal_checkpoint(truncate)')
  file.close()
  const last = await owner.createChat([], 'the last before the crash')
  await server.kill()

  const restarted = await restartServer(server)
  try {
    const again = await logIn({ ...owner, url: restarted.url })
    assert.equal((await again.get(again.path(`/chats/${last.id}`))).status, 200)
    assert.ok(!restarted.output().includes('set aside'))
  } finally {
    await restarted.close()
  }
})

test('a database that others on the machine could read is theirs no longer, and that is told', async () => {
  const server = await startServer()
  await server.stop()
  await chmod(pathOf(server), 0o644)
  const again = await restartServer(server)
  try {
    assert.equal((await stat(pathOf(server))).mode & 0o777, 0o600)
    assert.match(again.output(), /could be read by other users/)
  } finally {
    await again.stop()
    await server.database.remove()
  }
})

test('a file that is replaced under a running server takes and shows nothing more, and health says why', async () => {
  const server = await startServer()
  try {
    const owner = await signUp(server.url)
    const share = await owner.share(await owner.createChat())
    const backup = backUp(server)
    await rename(backup, pathOf(server))
    const write = await owner.send('POST', owner.path('/chats'), { json: { model: 'm', name: 'n' } })
    assert.equal(write.status, 503)
    assert.equal((await createVisitor(server.url).readShare(share.uuid)).status, 503)
    assert.equal((await createVisitor(server.url).get('/health')).status, 503)
    assert.equal((await createVisitor(server.url).get('/readyz')).status, 503)
    await until('it is logged', () => server.output().includes('was replaced or removed while it was open'))
  } finally {
    await server.close()
  }
})
