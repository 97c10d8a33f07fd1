import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { loadCommands } from './run.ts'

const commands = await loadCommands()

describe('--help', () => {
  for (const { name, help, optionNames } of commands) {
    it(`of ${name} tells every option and fits a terminal`, () => {
      for (const option of optionNames) assert.match(help, new RegExp(`--${option}\\b`))
      assert.match(help, new RegExp(`^Usage: neptun-share ${name}\\b`))
      assert.ok(help.split('\n').every((line) => line.length <= 120))
    })
  }
})
