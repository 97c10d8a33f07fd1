/**
 * Writes the table of formats in docs/IMPORTING.md from src/importing/format-list.ts.
 *
 * Usage: node scripts/write-format-table.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { withFormatTable } from './format-table.ts'

const file = 'docs/IMPORTING.md'
writeFileSync(file, withFormatTable(readFileSync(file, 'utf8')))
