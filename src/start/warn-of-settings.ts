import type { Logger } from 'pino'
import type { Config } from './config.ts'

/** Says what a setting lets in that nobody may have meant. */
export function warnOfSettings(config: Config, log: Logger): void {
  if (config.unverifiedEmails !== 'trust') return
  log.warn(
    'UNVERIFIED_EMAILS is "trust": whoever signs up with an email reads what is shared with that email, without proving that it is theirs. Unset it, and verify accounts with `neptun-share user verify`.',
  )
}
