import { createHash, generateKeyPairSync, type JsonWebKey, randomBytes, sign } from 'node:crypto'

/** What the server says to begin with. */
interface Options {
  readonly challenge: string
}

const digest = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest()

/** Of the flags of authenticator data (WebAuthn, section 6.1): a person is there, was recognised, and a new key comes along. */
const [PRESENT, RECOGNISED, WITH_KEY] = [0x01, 0x04, 0x40]

/**
 * A passkey that is synced among somebody's devices, as most are: such ones don't count how often they signed, so a
 * signature that comes again looks like the first one.
 *
 * @param origin of the site that it is for
 */
export function createSyncedPasskey(origin: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  const site = digest(new URL(origin).hostname)

  const clientData = (type: string, { challenge }: Options): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const authenticatorData = (flags: number, ...rest: Buffer[]): Buffer =>
    Buffer.concat([site, Buffer.from([flags, 0, 0, 0, 0]), ...rest])
  const credential = (response: object) => {
    const name = id.toString('base64url')
    return { id: name, rawId: name, type: 'public-key', response, clientExtensionResults: {} }
  }

  return {
    /** What a browser hands over to add it to an account. */
    add(options: Options): object {
      const idLength = Buffer.from([0, id.length])
      const key = coseKey(publicKey.export({ format: 'jwk' }))
      const data = authenticatorData(PRESENT | RECOGNISED | WITH_KEY, Buffer.alloc(16), idLength, id, key)
      return credential({
        clientDataJSON: clientData('webauthn.create', options).toString('base64url'),
        attestationObject: withoutAttestation(data).toString('base64url'),
        transports: ['internal'],
      })
    },
    /** What it hands over to sign in. */
    signIn(options: Options): object {
      const data = authenticatorData(PRESENT | RECOGNISED)
      const client = clientData('webauthn.get', options)
      const signature = sign('sha256', Buffer.concat([data, digest(client)]), privateKey)
      return credential({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
      })
    },
  }
}

/** CBOR (RFC 8949): bytes of up to 255, and text of up to 23. */
const bytesInCbor = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0x58, bytes.length]), bytes])
const textInCbor = (text: string): Buffer => Buffer.from([0x60 + text.length, ...Buffer.from(text)])

/** A key for ECDSA on P-256 with SHA-256, as COSE has it (RFC 9053, section 7.1.1): a map of five, in CBOR. */
function coseKey({ x = '', y = '' }: JsonWebKey): Buffer {
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    bytesInCbor(Buffer.from(x, 'base64url')),
    Buffer.from([0x22]),
    bytesInCbor(Buffer.from(y, 'base64url')),
  ])
}

/** `{ fmt: 'none', attStmt: {}, authData }` in CBOR (WebAuthn, section 8.7): nobody vouches for the device. */
function withoutAttestation(data: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([0xa3]),
    textInCbor('fmt'),
    textInCbor('none'),
    textInCbor('attStmt'),
    Buffer.from([0xa0]),
    textInCbor('authData'),
    bytesInCbor(data),
  ])
}
