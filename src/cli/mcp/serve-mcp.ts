import { once } from 'node:events'
import { fromJsonSchema, type jsonSchemaValidator, McpServer } from '@modelcontextprotocol/server'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import type { TSchema } from 'typebox'
import { Check, Errors } from 'typebox/schema'
import { Failure } from '../failure.ts'
import { VERSION } from '../../version.ts'
import { tools, type Tool } from './tools.ts'

const INSTRUCTIONS =
  'Shares conversations as links on a Neptun Share server. A link is for the account alone until share says who else may read it; ' +
  'ask the person before you open one to others.'

/** As the API's own schemas are checked. */
const validator: jsonSchemaValidator = {
  getValidator: (schema: TSchema) => (value) => {
    // What it is called by is what it was checked to be.
    if (Check(schema, value)) return { valid: true, data: value as never, errorMessage: undefined }
    const said = Errors(schema, value)[1].map(({ instancePath, message }) =>
      `${instancePath} ${message}`.trim(),
    )
    return { valid: false, data: undefined, errorMessage: said.join('; ') }
  },
}

/** Answers an AI program on standard input and output until it hangs up. @param server whose chats it shares */
export async function serveMcp(server: string): Promise<void> {
  const mcp = new McpServer(
    { name: 'neptun-share', title: 'Neptun Share', version: VERSION },
    { instructions: INSTRUCTIONS, jsonSchemaValidator: validator },
  )
  for (const tool of tools) register(mcp, server, tool)
  const transport = new StdioServerTransport()
  await mcp.connect(transport)
  await once(process.stdin, 'end')
}

function register(mcp: McpServer, server: string, tool: Tool): void {
  const { name, title, description, input, annotations, run } = tool
  mcp.registerTool(
    name,
    { title, description, inputSchema: fromJsonSchema(input, validator), annotations },
    async (given) => {
      try {
        return { content: [{ type: 'text', text: await run(server, given) }] }
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        return { content: [{ type: 'text', text: error.message }], isError: true }
      }
    },
  )
}
