import * as accessRequests from './api/access-requests.ts'
import * as auth from './api/auth.ts'
import * as chats from './api/chats.ts'
import * as codes from './api/codes.ts'
import { docsEndpoints } from './api/docs.ts'
import * as events from './api/events.ts'
import * as exports from './api/exports.ts'
import * as files from './api/files.ts'
import * as imports from './api/imports.ts'
import * as messages from './api/messages.ts'
import { scanChatEndpoint } from './api/scans.ts'
import * as sessions from './api/sessions.ts'
import * as passkeys from './api/passkeys.ts'
import { serverFactsEndpoint } from './api/server-facts.ts'
import * as service from './api/service.ts'
import { copySharedChatEndpoint, openSharedChatEndpoint, unlockEndpoint } from './api/shared-chats.ts'
import * as shares from './api/shares.ts'
import { llmsTextEndpoint } from './pages/llms-text.ts'
import { oEmbedEndpoint } from './pages/share/oembed.ts'
import { pageAssetEndpoint } from './pages/page-assets-endpoint.ts'
import { sharedFileEndpoint } from './pages/share/shared-file.ts'
import { previewPageEndpoint } from './pages/share/preview-page.ts'
import * as savePage from './pages/share/save-page.ts'
import * as sharePage from './pages/share/share-page.ts'
import * as signIn from './pages/accounts/sign-in-page.ts'
import * as signOn from './pages/accounts/sign-on.ts'
import * as codeSignIn from './pages/accounts/code-sign-in-page.ts'
import * as confirmEmail from './pages/accounts/confirm-email-page.ts'
import * as signUp from './pages/accounts/sign-up-page.ts'
import * as tokens from './api/tokens.ts'
import * as webhooks from './api/webhooks.ts'
import * as users from './api/users.ts'
import { appEndpoints } from './app/app-endpoints.ts'
import type { Endpoint } from './pipeline/endpoint.ts'

const api: readonly Endpoint[] = [
  ...Object.values(auth),
  ...Object.values(users),
  ...Object.values(sessions),
  ...Object.values(tokens),
  ...Object.values(webhooks),
  ...Object.values(passkeys),
  ...Object.values(events),
  ...Object.values(chats),
  ...Object.values(messages),
  ...Object.values(shares),
  scanChatEndpoint,
  files.addFileEndpoint,
  files.readFileEndpoint,
  ...Object.values(imports),
  ...Object.values(exports),
  openSharedChatEndpoint,
  unlockEndpoint,
  copySharedChatEndpoint,
  ...Object.values(codes),
  ...Object.values(accessRequests),
  serverFactsEndpoint,
  ...Object.values(service),
  ...Object.values(sharePage),
  sharedFileEndpoint,
  ...Object.values(savePage),
  previewPageEndpoint,
  ...Object.values(signIn),
  ...Object.values(signOn),
  ...Object.values(signUp),
  ...Object.values(codeSignIn),
  ...Object.values(confirmEmail),
  oEmbedEndpoint,
  llmsTextEndpoint,
  pageAssetEndpoint,
]

/** All that the server answers. */
export const endpoints: readonly Endpoint[] = [...api, ...docsEndpoints(api), ...appEndpoints()]
