import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'

/** Passkeys are bound to a name, and pages must have come by https, or from this machine as `localhost`. */
export function hasPasskeys(): boolean {
  const isAddress = /^[\d.]+$|:/.test(window.location.hostname)
  return window.PublicKeyCredential !== undefined && !isAddress
}

/**
 * Asks the person's devices to make a passkey.
 *
 * @param options as the server made them
 * @throws Error with a sentence for the person
 */
export async function makePasskey(options: unknown): Promise<object> {
  const { startRegistration } = await import('@simplewebauthn/browser')
  try {
    return await startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON })
  } catch (error) {
    const isThere = error instanceof Error && error.name === 'InvalidStateError'
    throw new Error(
      isThere ? 'This device has a passkey for your account already.' : 'No passkey was made. Try again.',
      { cause: error },
    )
  }
}

/** Asks the person's devices for a passkey. @throws Error with a sentence for the person */
export async function usePasskey(options: unknown): Promise<object> {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  try {
    return await startAuthentication({ optionsJSON: options as PublicKeyCredentialRequestOptionsJSON })
  } catch (error) {
    throw new Error('No passkey was used. Try again, or sign in another way.', { cause: error })
  }
}
