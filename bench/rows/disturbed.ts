import { basic, signUp } from '../../test/kit/client.ts'
import type { Bench } from '../bench.ts'
import { GUESSED_AT } from '../budgets.ts'
import { conversation } from '../conversation.ts'
import { interleave, ratioOf } from '../measure.ts'
import { request, sharePath } from '../requests.ts'
import { absolute, p99Of, ratio, type Row } from '../table.ts'

const GUESSES_PER_SECOND = 50
const ADDRESSES = 50

/** Reading an open share while someone guesses the password of another, from many addresses. */
export async function measureDisturbed(bench: Bench): Promise<Row[]> {
  const service = await bench.service('disturbed', { TRUST_PROXY: '1' })
  const owner = await signUp(service.url)
  const open = await owner.share(await owner.createChat(conversation(50)))
  // Another for each round: many wrong guesses on one share slow those that follow.
  const guessed: string[] = []
  for (let round = 0; round <= bench.plan.rounds; round++) {
    const { uuid } = await owner.share(await owner.createChat(), { password: 'nobody guesses this' })
    guessed.push(uuid)
  }

  const answers = new Map<number, number>()
  const subject = { server: service, requests: [request('GET', sharePath(open.uuid))] }
  const samples = await interleave(
    bench.generator,
    { ...bench.plan, polls: false },
    {
      undisturbed: subject,
      disturbed: { ...subject, meanwhile: () => guess(service.url, guessed.shift() ?? '', answers) },
    },
  )
  await service.stop()

  const speed = ratioOf(samples.disturbed, samples.undisturbed, ({ perSecond }) => perSecond)
  const told = [...answers].map(([status, count]) => `${count} × ${status}`).join(', ')
  return [
    {
      name: `open share while ${GUESSES_PER_SECOND} wrong passwords/s arrive at another`,
      figure: `${ratio(speed)} req/s of itself undisturbed`,
      budget: `≥ ${GUESSED_AT} req/s`,
      isMet: speed.median >= GUESSED_AT,
      note: `${absolute(samples.disturbed)} (hashing included) against ${absolute(samples.undisturbed)}; guesses were answered ${told}`,
    },
    {
      name: 'p99 of the open share meanwhile',
      figure: `${p99Of(samples.disturbed)} ms`,
      note: `undisturbed ${p99Of(samples.undisturbed)} ms`,
    },
  ]
}

function guess(url: string, uuid: string, answers: Map<number, number>): () => Promise<void> {
  const waiting = new Set<Promise<void>>()
  let guesses = 0
  const one = async (): Promise<void> => {
    const headers = {
      authorization: basic(`:wrong ${guesses}`),
      'x-forwarded-for': `203.0.113.${guesses % ADDRESSES}`,
    }
    guesses += 1
    const answer = await fetch(url + sharePath(uuid), { headers })
    await answer.arrayBuffer()
    answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1)
  }
  const timer = setInterval(() => {
    const under = one().finally(() => waiting.delete(under))
    waiting.add(under)
  }, 1000 / GUESSES_PER_SECOND)
  return async () => {
    clearInterval(timer)
    await Promise.all(waiting)
  }
}
