/**
 * Talks to servers through the proxy that HTTPS_PROXY or HTTP_PROXY names, unless NO_PROXY excepts them; never to this
 * machine.
 */
export async function goThroughProxy(): Promise<void> {
  const { env } = process
  if (!(env['HTTPS_PROXY'] ?? env['https_proxy'] ?? env['HTTP_PROXY'] ?? env['http_proxy'])) return
  const { default: http } = await import('node:http')
  if (!('setGlobalProxyFromEnv' in http)) {
    process.stderr.write(
      'neptun-share: This Node knows no proxies; with 24.14 or newer, HTTPS_PROXY is used.\n',
    )
    return
  }
  const excepted = env['NO_PROXY'] ?? env['no_proxy'] ?? ''
  const noProxy = [excepted, 'localhost', '127.0.0.1', '[::1]'].filter((host) => host !== '').join(',')
  http.setGlobalProxyFromEnv({ ...env, NO_PROXY: noProxy, no_proxy: noProxy })
}
