import * as auth from './api/auth.ts'
import * as chats from './api/chats.ts'
import { docsEndpoints } from './api/docs.ts'
import * as events from './api/events.ts'
import * as exports from './api/exports.ts'
import * as imports from './api/imports.ts'
import * as messages from './api/messages.ts'
import * as service from './api/service.ts'
import { copySharedChatEndpoint, openSharedChatEndpoint, unlockEndpoint } from './api/shared-chats.ts'
import * as shares from './api/shares.ts'
import { pageAssetEndpoint } from './pages/page-assets-endpoint.ts'
import { previewPageEndpoint } from './pages/share/preview-page.ts'
import * as savePage from './pages/share/save-page.ts'
import * as sharePage from './pages/share/share-page.ts'
import * as signIn from './pages/accounts/sign-in-page.ts'
import * as signUp from './pages/accounts/sign-up-page.ts'
import * as users from './api/users.ts'
import { appEndpoints } from './app/app-endpoints.ts'
import type { Endpoint } from './pipeline/endpoint.ts'

const api: readonly Endpoint[] = [
  ...Object.values(auth),
  ...Object.values(users),
  ...Object.values(events),
  ...Object.values(chats),
  ...Object.values(messages),
  ...Object.values(shares),
  ...Object.values(imports),
  ...Object.values(exports),
  openSharedChatEndpoint,
  unlockEndpoint,
  copySharedChatEndpoint,
  ...Object.values(service),
  ...Object.values(sharePage),
  ...Object.values(savePage),
  previewPageEndpoint,
  ...Object.values(signIn),
  ...Object.values(signUp),
  pageAssetEndpoint,
]

/** All that the server answers. */
export const endpoints: readonly Endpoint[] = [...api, ...docsEndpoints(api), ...appEndpoints()]
