/**
 * Imports mutated files: every fixture of the importers with bytes, fields, lines and names changed. None may hang, throw
 * anything but a sentence, or yield a message in which two speakers are mixed.
 *
 * Usage: node scripts/fuzz-imports.ts [RUNS] [SEED]      20000 runs unless told otherwise
 */
import { fuzzImports } from '../test/importing/fuzz-imports.ts'

const [runs = '20000', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2)
process.stdout.write(`Seed ${seed}\n`)
const { imported, refused, slowest } = await fuzzImports(Number(runs), Number(seed))
process.stdout.write(`${imported} came in, ${refused} were refused; the slowest took ${slowest} ms.\n`)
