/** A file to send: what a browser has of one, or bytes as they are read. */
export type FileToSend =
  | File
  | {
      readonly name: string
      readonly content: Blob | AsyncIterable<Uint8Array>
      /** in bytes */ readonly size?: number | undefined
    }

type Form = {
  readonly body: FormData | ReadableStream<Uint8Array>
  readonly headers: Readonly<Record<string, string>>
  /** Why a file couldn't be read. */
  readonly failure: () => unknown
}

/**
 * Files as `multipart/form-data`, after some fields. What comes as an iterable is sent as it is read: nothing gathers in
 * memory. Browsers only do so over HTTP/2.
 */
export function asForm(fields: Readonly<Record<string, string>>, files: readonly FileToSend[]): Form {
  const named = files.map((file) => ({ name: file.name, bytes: contentOf(file) }))
  if (!named.every(isBlob)) return asStream(fields, files)
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  for (const { name, bytes } of named) form.append('file', bytes, name)
  return { body: form, headers: {}, failure: () => undefined }
}

function contentOf(file: FileToSend): Blob | AsyncIterable<Uint8Array> {
  return file instanceof Blob ? file : file.content
}

/** In bytes, where that is known. */
export function sizeOf(file: FileToSend): number | undefined {
  if (file instanceof Blob) return file.size
  return file.content instanceof Blob ? file.content.size : file.size
}

function isBlob(file: { name: string; bytes: unknown }): file is { name: string; bytes: Blob } {
  return file.bytes instanceof Blob
}

function asStream(fields: Readonly<Record<string, string>>, files: readonly FileToSend[]): Form {
  const boundary = `neptun-share-${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`
  const encoder = new TextEncoder()
  const head = encoder.encode(
    Object.entries(fields)
      .map(
        ([name, value]) =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      )
      .join(''),
  )
  const parts = files.map((file) => {
    const bytes = contentOf(file)
    return {
      bytes: bytes instanceof Blob ? inPieces(bytes) : bytes,
      size: sizeOf(file),
      head: encoder.encode(
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${escaped(file.name)}"\r\n` +
          'Content-Type: application/octet-stream\r\n\r\n',
      ),
      tail: encoder.encode('\r\n'),
    }
  })
  const end = encoder.encode(`--${boundary}--\r\n`)
  async function* all(): AsyncGenerator<Uint8Array, void> {
    yield head
    for (const part of parts) {
      yield part.head
      yield* part.bytes
      yield part.tail
    }
    yield end
  }
  let length: number | undefined = head.length + end.length
  for (const { size, head, tail } of parts)
    length =
      length === undefined || size === undefined ? undefined : length + head.length + size + tail.length
  let failure: unknown
  return {
    body: streamOf(all(), (error) => (failure = error)),
    failure: () => failure,
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      ...(length === undefined ? {} : { 'content-length': String(length) }),
    },
  }
}

/** As browsers write names of files (HTML, "multipart form data"). */
function escaped(name: string): string {
  return name.replace(/["\r\n]/g, encodeURIComponent)
}

function streamOf(
  bytes: AsyncGenerator<Uint8Array, void>,
  onFailure: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await bytes.next()
        if (done === true) controller.close()
        else controller.enqueue(value)
      } catch (error) {
        onFailure(error)
        throw error
      }
    },
    async cancel() {
      await bytes.return()
    },
  })
}

async function* inPieces(blob: Blob): AsyncGenerator<Uint8Array, void> {
  const reader = blob.stream().getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}
