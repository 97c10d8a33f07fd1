import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVisitor, signUp } from '../kit/client.ts'
import { createTestDatabase } from '../kit/database.ts'
import { freePort } from '../kit/free-port.ts'
import { programFile } from '../kit/program-file.ts'
import { ending, spawnProgram } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

for (const { what, redirection, requests } of [
  { what: 'is on a full disk', redirection: '>/dev/full', requests: 20 },
  {
    what: 'is a pipe that nobody reads',
    redirection: '| tail -f --pid=$$ /dev/null >/dev/null 2>&1 3>&-',
    // More than a pipe holds.
    requests: 700,
  },
  { what: 'is a pipe whose reader went away', redirection: '| true', requests: 20 },
]) {
  for (const args of [[], ['--workers', '2']]) {
    const who = args.length === 0 ? 'a server' : 'a server with workers'
    test(`${who} whose log ${what} answers, and stops when it is told to`, async () => {
      const database = await createTestDatabase()
      const port = await freePort()
      const url = `http://127.0.0.1:${port}`
      // Which process is the server is told on standard error: shells stand around it.
      const inner = `echo $$ >&3; exec "$0" "$@"`
      const server = spawnProgram(
        programFile('main'),
        args,
        { HOST: '127.0.0.1', PORT: String(port), DATABASE_URL: database.url, LOG_LEVEL: 'trace' },
        ['sh', '-c', `exec 3>&2; { sh -c '${inner}' "$0" "$@"; } ${redirection}`],
      )
      const ended = ending(server)
      try {
        await until('it answers', () =>
          createVisitor(url)
            .get('/health')
            .then(
              ({ status }) => status === 200,
              () => false,
            ),
        )
        const owner = await signUp(url)
        const share = await owner.share(await owner.createChat())
        for (let count = 0; count < requests; count++) {
          assert.equal((await createVisitor(url).readShare(share.uuid)).status, 200)
        }
      } finally {
        const [pid] = server.readOutput().split('\n')
        process.kill(Number(pid), 'SIGTERM')
        await until('it has ended', () => isGone(Number(pid)))
        server.kill('SIGKILL')
        await ended
        await database.remove()
      }
    })
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}
