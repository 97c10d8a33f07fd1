import { isObject, type JsonObject, objectOf } from '../streams/loose-json.ts'

/**
 * The storage folder of opencode, file by file: each session, message and part is one of its own
 * (`storage/session/<project>/<session>.json`, `storage/message/<session>/<message>.json`,
 * `storage/part/<message>/<part>.json`). Together they are what `opencode export` writes.
 */
export type OpenCodeStorage = {
  /** Whether a file is one of these, by its path. */
  takes: (path: string) => boolean
  add: (path: string, bytes: Uint8Array) => void
  /** Each session as its export. */
  exports: () => JsonObject[]
}

type Kind = 'session' | 'message' | 'part'

const place = /(?:^|\/)storage\/(session|message|part)\/([\w.-]{1,200})\/([\w.-]{1,200})\.json$/

export function openCodeStorage(): OpenCodeStorage {
  const sessions = new Map<string, JsonObject>()
  const held: Record<Kind, Map<string, [name: string, value: JsonObject][]>> = {
    session: new Map(),
    message: new Map(),
    part: new Map(),
  }

  function add(path: string, bytes: Uint8Array): void {
    const [, kind = '', folder = '', name = ''] = place.exec(path) ?? []
    const value = parsed(bytes)
    if (!isObject(value) || !(kind === 'session' || kind === 'message' || kind === 'part')) return
    if (kind === 'session') sessions.set(name, value)
    const values = held[kind].get(folder)
    if (values === undefined) held[kind].set(folder, [[name, value]])
    else values.push([name, value])
  }

  return {
    takes: (path) => place.test(path),
    add,
    exports: () =>
      [...sessions].map(([id, info]) => ({
        info,
        messages: inOrder(held.message.get(id)).map(([name, message]) => ({
          info: message,
          parts: inOrder(held.part.get(name)).map(([, part]) => part),
        })),
      })),
  }
}

/** Names are in the order of time. */
function inOrder(values: readonly [string, JsonObject][] = []): [string, JsonObject][] {
  return values.toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return objectOf(JSON.parse(Buffer.from(bytes).toString('utf8')))
  } catch {
    return undefined
  }
}
