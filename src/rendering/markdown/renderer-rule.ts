import type { Env, RendererRule, Token } from 'markdown-it'

/** A renderer rule of markdown-it that only needs the token itself and the message's environment. */
export function forToken(render: (token: Token, env: Env) => string): RendererRule {
  return (tokens, index, _options, env) => {
    const token = tokens[index]
    return token ? render(token, env ?? {}) : ''
  }
}
