import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** A body that can't be read; `status` is the answer's. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody'
  readonly status: 400 | 408 | 413 | 415

  constructor(status: UnreadableBody['status'], message: string) {
    super(message)
    this.status = status
  }
}

/** Reads JSON everywhere and forms where an endpoint takes them; all else is refused. */
export function readBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()

  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    // Clients name a type on requests that have no body.
    if (body.length === 0) return done(null)
    if (!isUtf8(body)) return done(new UnreadableBody(400, 'The body is not valid UTF-8.'))
    return parseJson(request, body.toString('utf8'), done)
  })

  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    (request, body: Buffer, done) => {
      if (body.length === 0) return done(null)
      if (!request.routeOptions.config.takesForms) return done(notAccepted(request))
      const form = isUtf8(body) ? readForm(body.toString('utf8')) : undefined
      return form ? done(null, form) : done(new UnreadableBody(400, 'The form is not valid UTF-8.'))
    },
  )

  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    return body.length === 0 ? done(null) : done(notAccepted(request))
  })
}

/** Leaves bodies to the endpoint, which reads them while they arrive. */
export function passBodiesOn(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _body, done) => done(null))
}

function notAccepted(request: FastifyRequest): UnreadableBody {
  const forms = request.routeOptions.config.takesForms ? ' or application/x-www-form-urlencoded' : ''
  return new UnreadableBody(415, `Send the body as application/json${forms}.`)
}

/** A field sent twice becomes an array, which no form's schema admits: nobody has to guess which one was meant. */
function readForm(text: string): Record<string, string | string[]> | undefined {
  const fields = new Map<string, string[]>()
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals === -1 ? pair : pair.slice(0, equals))
    const value = decode(equals === -1 ? '' : pair.slice(equals + 1))
    if (name === undefined || value === undefined) return undefined
    const values = fields.get(name)
    if (values) values.push(value)
    else fields.set(name, [value])
  }
  return Object.fromEntries(
    fields.entries().map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  )
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
