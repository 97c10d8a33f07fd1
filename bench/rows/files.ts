import { screenshot, sessionWithPictures } from '../../test/fixtures/sessions/session-with-pictures.ts'
import { expectOk, type Person, signUp } from '../../test/kit/client.ts'
import { shapes } from '../../test/kit/shapes.ts'
import { importFile } from '../../test/kit/uploads.ts'
import type { Bench } from '../bench.ts'
import { PICTURE } from '../budgets.ts'
import { chatGptPictures } from '../chatgpt-pictures.ts'
import { limitOf } from '../limit/limits.ts'
import { figureOf, interleave } from '../measure.ts'
import { forgetMostMemory, memoryOf } from '../processes.ts'
import { pagePath, request } from '../requests.ts'
import { nearnessRow, type Row } from '../table.ts'

const MiB = 1024 * 1024

/** Pictures: one that is read, a session of 300 calls that shows some, and an import of a thousand. */
export async function measureFiles(bench: Bench): Promise<Row[]> {
  return [...(await measurePicture(bench)), ...(await measureSession(bench)), ...(await measureImport(bench))]
}

async function measurePicture(bench: Bench): Promise<Row[]> {
  const recorder = await bench.recorder('files')
  const owner = await signUp(recorder.url)
  const path = await sharedPicture(owner)
  const answer = await limitOf(recorder, path)
  await recorder.stop()
  const [service, limit] = [await bench.service('files'), await bench.limit('files')]
  await limit.add([answer])
  const asked = { requests: [request('GET', path)], bytes: answer.body.length }
  const samples = await interleave(bench.generator, bench.plan, {
    limit: { ...asked, server: limit },
    picture: { ...asked, server: service },
  })
  await Promise.all([service.stop(), limit.stop()])
  const name = `a shared picture, ${(answer.body.length / 1000).toFixed(1)} kB`
  return [
    nearnessRow(
      name,
      samples.picture,
      { name: 'the limit', samples: samples.limit },
      { atLeast: PICTURE[bench.dialect] },
    ),
  ]
}

async function sharedPicture(owner: Person): Promise<string> {
  const chat = await owner.createChat([])
  const sent = await owner.send('POST', owner.path(`/chats/${chat.id}/files`), {
    body: new Uint8Array(await screenshot('A chart')),
    headers: { 'content-type': 'image/png' },
  })
  const { file } = expectOk(sent, shapes.file)
  await owner.addMessages(chat, [{ role: 'user', content: file.markdown }])
  const { uuid } = await owner.share(chat)
  return `${pagePath(uuid)}/files/${file.id}`
}

/** The first reader of a session, and those after it. */
async function measureSession(bench: Bench): Promise<Row[]> {
  const service = await bench.service('session')
  const owner = await signUp(service.url)
  const cold: number[] = []
  let path = ''
  for (let round = 0; round < (bench.isQuick ? 1 : 5); round++) {
    const text = (await sessionWithPictures(300)).replaceAll('session-with-pictures', `session-${round}`)
    const { chats } = await importFile(owner, text)
    if (!chats[0]) throw new Error('The session was not imported.')
    path = pagePath((await owner.share(chats[0])).uuid)
    const began = performance.now()
    await owner.get(path)
    cold.push(performance.now() - began)
  }
  const { warm } = await interleave(bench.generator, bench.plan, {
    warm: { server: service, requests: [request('GET', path)] },
  })
  await service.stop()
  const cpu = figureOf(warm.map(({ cpuMicros }) => cpuMicros))
  return [
    {
      name: 'a session of 300 calls with pictures, its first reader',
      figure: `${figureOf(cold).median.toFixed(0)} ms`,
      note: `${cpu.median.toFixed(0)} µs of CPU for each one after`,
    },
  ]
}

/** An archive with a picture in every question: whether its memory is that of one of them. */
async function measureImport(bench: Bench): Promise<Row[]> {
  const service = await bench.service('pictures')
  const owner = await signUp(service.url)
  const pictures = bench.isQuick ? 50 : 1000
  forgetMostMemory(service.pid)
  const before = memoryOf(service.pid)
  const began = performance.now()
  const { bytes, report } = await sendArchive(owner, service.url, pictures)
  const seconds = (performance.now() - began) / 1000
  const after = memoryOf(service.pid)
  await service.stop()
  const grown = (after.most - before.now) / MiB
  return [
    {
      name: `an import of ${pictures} pictures in ChatGPT's archive, ${(bytes / 1e6).toFixed(0)} MB`,
      figure: `${grown.toFixed(0)} MiB more memory at most`,
      note: `${seconds.toFixed(1)} s; ${report.left_out['image'] ?? 0} pictures left out`,
    },
  ]
}

/** Sends an archive while it is made. @returns how much was sent, and what came of it */
async function sendArchive(owner: Person, url: string, pictures: number) {
  let bytes = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chatGptPictures(pictures)) {
      bytes += chunk.length
      yield chunk
    }
  }
  const answer = await fetch(url + owner.path('/imports'), {
    method: 'POST',
    headers: {
      'content-type': 'application/zip',
      cookie: [...owner.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    },
    body: ReadableStream.from(counted()),
    duplex: 'half',
  })
  if (answer.status !== 200) throw new Error(`The import was answered ${answer.status}.`)
  const report = (await answer.json()) as { readonly left_out: Readonly<Record<string, number>> }
  return { bytes, report }
}
