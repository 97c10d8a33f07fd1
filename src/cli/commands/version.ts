import { VERSION } from '../../version.ts'
import { command } from '../command.ts'

export const version = command({
  name: 'version',
  summary: 'print the version',
  help: 'Usage: neptun-share version\n\nPrints the version, as --version does.\n',
  options: {},
  run(_given, { line }) {
    line(VERSION)
    return Promise.resolve({ json: { version: VERSION, node: process.versions.node } })
  },
})
