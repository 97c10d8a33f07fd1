import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** A coding agent whose sessions lie in files on this machine. */
export type Agent = {
  /** What `--latest` calls it. */
  readonly id: string
  /** What people call it. */
  readonly name: string
  /** Where its sessions are: folders, each with patterns of files in it. */
  readonly places: () => readonly Place[]
  /** The variable that names another folder, if there is one. */
  readonly variable?: string
}

export type Place = { readonly folder: string; readonly patterns: readonly string[] }

/** What is a database with sessions in it, rather than a session. */
export function isDatabase(file: string): boolean {
  return file.endsWith('.db')
}

/** Where each agent keeps sessions, by its documentation or source, and its settings for that. */
export const AGENTS: readonly Agent[] = [
  {
    id: 'claude-code',
    name: 'Claude Code',
    variable: 'CLAUDE_CONFIG_DIR',
    places: () => {
      const { CLAUDE_CONFIG_DIR } = process.env
      // Versions differ in where they put things unless they are told.
      const usual = [home('.claude'), join(configHome(), 'claude')]
      return (CLAUDE_CONFIG_DIR ? CLAUDE_CONFIG_DIR.split(',') : usual).map((folder) => ({
        folder: join(folder, 'projects'),
        patterns: ['*/*.jsonl', '*.jsonl'],
      }))
    },
  },
  {
    id: 'codex',
    name: 'Codex',
    variable: 'CODEX_HOME',
    places: () =>
      [process.env['CODEX_HOME'] || home('.codex')].map((folder) => ({
        folder,
        patterns: [
          'sessions/**/*.jsonl',
          'sessions/**/*.jsonl.zst',
          'sessions/*.json',
          'archived_sessions/*.jsonl',
          'archived_sessions/*.jsonl.zst',
        ],
      })),
  },
  {
    id: 'gemini-cli',
    name: 'Gemini CLI',
    variable: 'GEMINI_CLI_HOME',
    places: () => [
      {
        folder: join(process.env['GEMINI_CLI_HOME'] || homedir(), '.gemini', 'tmp'),
        patterns: ['*/chats/session-*.json', '*/chats/session-*.jsonl'],
      },
    ],
  },
  {
    id: 'qwen-code',
    name: 'Qwen Code',
    variable: 'QWEN_HOME',
    places: () =>
      [process.env['QWEN_HOME'] || home('.qwen')].map((folder) => ({
        folder,
        patterns: ['projects/*/chats/*.jsonl', 'tmp/*/chats/*.json', 'tmp/*/chats/*.jsonl'],
      })),
  },
  {
    id: 'opencode',
    name: 'opencode',
    variable: 'XDG_DATA_HOME',
    places: () => [
      { folder: join(dataHome(), 'opencode', 'storage', 'session'), patterns: ['*/ses_*.json'] },
      { folder: join(dataHome(), 'opencode'), patterns: ['opencode*.db'] },
    ],
  },
  {
    id: 'cline',
    name: 'Cline',
    variable: 'CLINE_DIR',
    places: () => [
      {
        folder: join(process.env['CLINE_DIR'] || home('.cline'), 'data', 'tasks'),
        patterns: ['*/api_conversation_history.json'],
      },
      ...extension('saoudrizwan.claude-dev', 'tasks/*/api_conversation_history.json'),
    ],
  },
  {
    id: 'roo-code',
    name: 'Roo Code',
    places: () => [
      ...extension('rooveterinaryinc.roo-cline', 'tasks/*/api_conversation_history.json'),
      ...extension('kilocode.kilo-code', 'tasks/*/api_conversation_history.json'),
    ],
  },
  {
    id: 'copilot-cli',
    name: 'Copilot CLI',
    variable: 'COPILOT_HOME',
    places: () =>
      [process.env['COPILOT_HOME'] || home('.copilot')].map((folder) => ({
        folder,
        patterns: ['session-state/*/events.jsonl', 'session-state/*.jsonl', 'history-session-state/*.json'],
      })),
  },
  {
    id: 'vscode',
    name: 'VS Code Copilot Chat',
    places: () =>
      editors(['Code', 'Code - Insiders', 'VSCodium']).map((folder) => ({
        folder,
        patterns: [
          'workspaceStorage/*/chatSessions/*.json',
          'workspaceStorage/*/chatSessions/*.jsonl',
          'globalStorage/emptyWindowChatSessions/*.json',
          'globalStorage/emptyWindowChatSessions/*.jsonl',
        ],
      })),
  },
  {
    id: 'cursor',
    name: 'Cursor',
    places: () => [
      {
        folder: home('.cursor', 'projects'),
        patterns: ['*/agent-transcripts/*.jsonl', '*/agent-transcripts/*/*.jsonl'],
      },
    ],
  },
  {
    id: 'droid',
    name: 'Droid',
    variable: 'FACTORY_HOME',
    places: () => [
      {
        folder: join(process.env['FACTORY_HOME'] || home('.factory'), 'sessions'),
        patterns: ['*.jsonl', '*/*.jsonl'],
      },
    ],
  },
  {
    id: 'amp',
    name: 'Amp',
    variable: 'XDG_DATA_HOME',
    places: () => [{ folder: join(dataHome(), 'amp', 'threads'), patterns: ['T-*.json'] }],
  },
  {
    id: 'goose',
    name: 'Goose',
    variable: 'XDG_DATA_HOME',
    places: () => [{ folder: join(dataHome(), 'goose', 'sessions'), patterns: ['*.jsonl', 'sessions.db'] }],
  },
  {
    id: 'kimi',
    name: 'Kimi',
    variable: 'KIMI_SHARE_DIR',
    places: () =>
      [process.env['KIMI_SHARE_DIR'] || home('.kimi'), home('.kimi-code')].map((folder) => ({
        folder: join(folder, 'sessions'),
        patterns: ['*/*/wire.jsonl', '*/*/agents/main/wire.jsonl'],
      })),
  },
  {
    id: 'pi',
    name: 'Pi',
    variable: 'PI_CODING_AGENT_DIR',
    places: () => [
      {
        folder: join(process.env['PI_CODING_AGENT_DIR'] || home('.pi', 'agent'), 'sessions'),
        patterns: ['*.jsonl', '*/*.jsonl'],
      },
    ],
  },
  {
    id: 'kiro',
    name: 'Kiro',
    places: () => [
      { folder: home('.kiro', 'sessions', 'cli'), patterns: ['*.jsonl'] },
      ...editors(['Kiro']).map((folder) => ({
        folder: join(folder, 'globalStorage', 'kiro.kiroagent', 'workspace-sessions'),
        patterns: ['*/*.json'],
      })),
    ],
  },
  {
    id: 'aider',
    name: 'Aider',
    variable: 'AIDER_CHAT_HISTORY_FILE',
    places: () => {
      const named = process.env['AIDER_CHAT_HISTORY_FILE']
      return named
        ? [{ folder: dirname(named), patterns: [named.slice(dirname(named).length + 1)] }]
        : upwards(process.cwd()).map((folder) => ({ folder, patterns: ['.aider.chat.history.md'] }))
    },
  },
  {
    id: 'antigravity',
    name: 'Antigravity',
    places: () => [
      {
        folder: home('.gemini'),
        patterns: ['antigravity*/brain/*/.system_generated/logs/transcript.jsonl'],
      },
    ],
  },
]

function home(...parts: string[]): string {
  return join(homedir(), ...parts)
}

function configHome(): string {
  return process.env['XDG_CONFIG_HOME'] || home('.config')
}

function dataHome(): string {
  return process.env['XDG_DATA_HOME'] || home('.local', 'share')
}

/** The folders in which editors built on VS Code keep what belongs to a user, on this system and on servers. */
function editors(names: readonly string[]): string[] {
  const { APPDATA } = process.env
  const base =
    process.platform === 'darwin'
      ? home('Library', 'Application Support')
      : process.platform === 'win32' && APPDATA
        ? APPDATA
        : configHome()
  const servers = names.includes('Code') ? [home('.vscode-server', 'data', 'User')] : []
  return [...names.map((name) => join(base, name, 'User')), ...servers]
}

function extension(id: string, pattern: string): Place[] {
  return editors(['Code', 'Code - Insiders', 'VSCodium', 'Cursor', 'Windsurf']).map((folder) => ({
    folder: join(folder, 'globalStorage', id),
    patterns: [pattern],
  }))
}

/** A folder and those around it, up to the user's own. */
function upwards(folder: string): string[] {
  const folders = [folder]
  for (let at = folder; dirname(at) !== at && at !== homedir() && folders.length < 20; at = dirname(at))
    folders.push(dirname(at))
  return folders
}
