import { Type } from 'typebox'
import { Id, Name, NOT_BLANK, Nullable, Time } from './common.ts'

export const PasskeyParams = Type.Object({ user_id: Id, passkey_id: Id })

const PasskeyName = Type.String({ minLength: 1, maxLength: 60, pattern: NOT_BLANK, examples: ['My phone'] })

/** As browsers write it (WebAuthn, `PublicKeyCredential.toJSON()`); what it holds is looked at by whoever verifies it. */
const Credential = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 2000 }),
  rawId: Type.String(),
  type: Type.Literal('public-key'),
  response: Type.Object({ clientDataJSON: Type.String() }),
})

export const AddPasskeyBody = Type.Object({ name: PasskeyName, credential: Credential })
export const RenamePasskeyBody = Type.Object({ name: PasskeyName })
export const PasskeySignInBody = Type.Object({ credential: Credential })

/** As browsers read it (WebAuthn, `PublicKeyCredential.parse…OptionsFromJSON()`). */
export const PasskeyOptions = Type.Object({ options: Type.Object({ challenge: Type.String() }) })

export const Passkey = Type.Object({ id: Id, name: Name, created_at: Time, last_used_at: Nullable(Time) })
export const PasskeyAnswer = Type.Object({ passkey: Passkey })
export const PasskeysAnswer = Type.Object({ passkeys: Type.Array(Passkey) })
