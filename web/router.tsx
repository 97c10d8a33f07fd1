import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { fetchPart } from './client/fetch-part.ts'
import { readChatSearch } from './chats/chat-orders.ts'
import { readLinkSearch } from './links/link-search.ts'
import { Layout } from './screens/layout.tsx'
import { CrashScreen, LoadingScreen, NotFoundScreen } from './screens/other-screens.tsx'

const root = createRootRoute({ component: Layout, notFoundComponent: NotFoundScreen })

const chats = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: readChatSearch,
  component: lazyRouteComponent(() => fetchPart(import('./chats/chats.tsx')), 'ChatsScreen'),
})
const chat = createRoute({
  getParentRoute: () => root,
  path: '/chats/$chatId',
  component: lazyRouteComponent(() => fetchPart(import('./chats/chat.tsx')), 'ChatScreen'),
})
const newChat = createRoute({
  getParentRoute: () => root,
  path: '/new',
  component: lazyRouteComponent(() => fetchPart(import('./chats/new-chat.tsx')), 'NewChatScreen'),
})
const importing = createRoute({
  getParentRoute: () => root,
  path: '/import',
  component: lazyRouteComponent(() => fetchPart(import('./screens/import.tsx')), 'ImportScreen'),
})
const links = createRoute({
  getParentRoute: () => root,
  path: '/links',
  validateSearch: readLinkSearch,
  component: lazyRouteComponent(() => fetchPart(import('./links/links.tsx')), 'LinksScreen'),
})
const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => fetchPart(import('./screens/account.tsx')), 'AccountScreen'),
})

export const router = createRouter({
  routeTree: root.addChildren([chats, chat, newChat, importing, links, account]),
  defaultPreload: 'intent',
  defaultErrorComponent: CrashScreen,
  defaultPendingComponent: LoadingScreen,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
