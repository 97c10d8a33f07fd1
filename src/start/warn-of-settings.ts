import type { Logger } from 'pino'
import type { Config } from './config.ts'

/** Says what a setting lets in that nobody may have meant. */
export function warnOfSettings(config: Config, log: Logger): void {
  if (config.unverifiedEmails === 'trust') {
    log.warn(
      'UNVERIFIED_EMAILS is "trust": whoever signs up with an email reads what is shared with that email, without proving that it is theirs. Unset it, and verify accounts with `neptun-share user verify`.',
    )
  }
  if (config.mail && config.publicUrl === undefined && !config.serverIsLoopback) {
    log.warn(
      'Mail is sent, but PUBLIC_URL is unset: the links in it name an address that may not lead here. Set PUBLIC_URL.',
    )
  }
}
