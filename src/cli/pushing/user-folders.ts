import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where settings of this user live (XDG Base Directory Specification; %APPDATA% on Windows). */
export function configFolder(): string {
  const { XDG_CONFIG_HOME, APPDATA } = process.env
  if (XDG_CONFIG_HOME) return join(XDG_CONFIG_HOME, 'neptun-share')
  if (process.platform === 'win32' && APPDATA) return join(APPDATA, 'neptun-share')
  return join(homedir(), '.config', 'neptun-share')
}

/** Where what programs remember lives. */
export function stateFolder(): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = process.env
  if (XDG_STATE_HOME) return join(XDG_STATE_HOME, 'neptun-share')
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'neptun-share')
  return join(homedir(), '.local', 'state', 'neptun-share')
}
