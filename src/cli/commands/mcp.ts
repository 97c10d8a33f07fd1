import { command } from '../command.ts'
import { Failure } from '../failure.ts'
import { chooseServer } from '../server/server-address.ts'

const HELP = `Usage: neptun-share mcp [--server URL]

Lets an AI program share chats for you: a server of the Model Context Protocol on standard input and output, with the
tools push, list, read, share and pause. It works with the account that neptun-share login signed in. A new link is for
you alone; a program has to ask for more, and is refused where a chat holds keys or passwords.

Put this into the program's settings:

  { "mcpServers": { "neptun-share": { "command": "neptun-share", "args": ["mcp"] } } }

  --server URL  the server to work with
`

export const mcp = command({
  name: 'mcp',
  summary: 'let an AI program share chats for you (MCP)',
  help: HELP,
  options: {},
  async run({ values, positionals }) {
    if (positionals.length > 0) throw new Failure('usage', 'mcp takes no arguments.')
    const { serveMcp } = await import('../mcp/serve-mcp.ts')
    await serveMcp(chooseServer(values.server))
    return { json: undefined }
  },
})
