/**
 * Builds the server where its build is older than its sources, and is the server from then on: a process in between
 * would be told to stop in its place.
 *
 * Usage: npm start [-- --workers N --port N --host NAME]
 */
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { isBuilt } from './build-stamp.ts'

// Apart, as what builds takes memory that it wouldn't give back.
if (!isBuilt()) execFileSync(process.execPath, ['scripts/build-if-stale.ts'], { stdio: 'inherit' })

const server = resolve('dist/main.js')
// What workers are started with.
process.argv[1] = server
await import(server)
