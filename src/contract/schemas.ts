import * as accessRequests from './access-requests.ts'
import * as accounts from './accounts.ts'
import * as chats from './chats.ts'
import * as common from './common.ts'
import * as events from './events.ts'
import * as exports from './exports.ts'
import * as files from './files.ts'
import * as imports from './imports.ts'
import * as passkeys from './passkeys.ts'
import * as scans from './scans.ts'
import * as service from './service.ts'
import * as shares from './shares.ts'
import * as signedIn from './signed-in.ts'
import * as webhooks from './webhooks.ts'

/** What the contract exports, by name: the OpenAPI document and the client call schemas so too. */
export const contract = {
  ...common,
  ...accounts,
  ...signedIn,
  ...passkeys,
  ...accessRequests,
  ...chats,
  ...events,
  ...exports,
  ...files,
  ...imports,
  ...scans,
  ...service,
  ...shares,
  ...webhooks,
}
