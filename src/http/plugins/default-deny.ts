import type { FastifyInstance } from 'fastify'

/** A route that doesn't declare who may use it doesn't open: it keeps the server from starting. */
export function requireAccess(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined) {
      throw new Error(`The route ${String(route.method)} ${route.url} does not declare who may use it.`)
    }
  })
}
