import type { LanguageInput } from '@shikijs/primitive'

export type CodeLanguage = {
  /** Shiki's name of the grammar. */
  id: string
  /** As its community writes it. */
  label: string
  aliases: string[]
  load: LanguageInput
}

function language(id: string, label: string, aliases: string, load: LanguageInput): CodeLanguage {
  return { id, label, aliases: aliases === '' ? [] : aliases.split(' '), load }
}

/** The languages that are highlighted. Grammars are read when a message first needs them. */
const languages: CodeLanguage[] = [
  language('asm', 'Assembly', 'assembly nasm x86asm', () => import('@shikijs/langs/asm')),
  language('astro', 'Astro', '', () => import('@shikijs/langs/astro')),
  language('awk', 'AWK', '', () => import('@shikijs/langs/awk')),
  language('bat', 'Batch', 'batch cmd', () => import('@shikijs/langs/bat')),
  language('bicep', 'Bicep', '', () => import('@shikijs/langs/bicep')),
  language('c', 'C', 'h', () => import('@shikijs/langs/c')),
  language('clojure', 'Clojure', 'clj cljs edn', () => import('@shikijs/langs/clojure')),
  language('cmake', 'CMake', '', () => import('@shikijs/langs/cmake')),
  language('cpp', 'C++', 'c++ cc cxx hpp arduino cuda', () => import('@shikijs/langs/cpp')),
  language('csharp', 'C#', 'cs c#', () => import('@shikijs/langs/csharp')),
  language('css', 'CSS', '', () => import('@shikijs/langs/css')),
  language('csv', 'CSV', '', () => import('@shikijs/langs/csv')),
  language('dart', 'Dart', 'flutter', () => import('@shikijs/langs/dart')),
  language('diff', 'Diff', 'patch', () => import('@shikijs/langs/diff')),
  language('docker', 'Dockerfile', 'dockerfile containerfile', () => import('@shikijs/langs/docker')),
  language('dotenv', '.env', 'env', () => import('@shikijs/langs/dotenv')),
  language('elixir', 'Elixir', 'ex exs', () => import('@shikijs/langs/elixir')),
  language('elm', 'Elm', '', () => import('@shikijs/langs/elm')),
  language('erlang', 'Erlang', 'erl', () => import('@shikijs/langs/erlang')),
  language('fish', 'fish', '', () => import('@shikijs/langs/fish')),
  language('fortran-free-form', 'Fortran', 'fortran f90', () => import('@shikijs/langs/fortran-free-form')),
  language('fsharp', 'F#', 'fs f#', () => import('@shikijs/langs/fsharp')),
  language('gdscript', 'GDScript', 'gd', () => import('@shikijs/langs/gdscript')),
  language('glsl', 'GLSL', '', () => import('@shikijs/langs/glsl')),
  language('go', 'Go', 'golang', () => import('@shikijs/langs/go')),
  language('graphql', 'GraphQL', 'gql', () => import('@shikijs/langs/graphql')),
  language('groovy', 'Groovy', 'gradle', () => import('@shikijs/langs/groovy')),
  language('haskell', 'Haskell', 'hs', () => import('@shikijs/langs/haskell')),
  language('hcl', 'HCL', '', () => import('@shikijs/langs/hcl')),
  language('html', 'HTML', 'htm xhtml', () => import('@shikijs/langs/html')),
  language('http', 'HTTP', '', () => import('@shikijs/langs/http')),
  language('ini', 'INI', 'conf cfg properties editorconfig', () => import('@shikijs/langs/ini')),
  language('java', 'Java', '', () => import('@shikijs/langs/java')),
  language('javascript', 'JavaScript', 'js mjs cjs node', () => import('@shikijs/langs/javascript')),
  language('jinja', 'Jinja', 'jinja2 j2 django', () => import('@shikijs/langs/jinja')),
  language('json', 'JSON', 'geojson webmanifest', () => import('@shikijs/langs/json')),
  language('json5', 'JSON5', '', () => import('@shikijs/langs/json5')),
  language('jsonc', 'JSON with comments', '', () => import('@shikijs/langs/jsonc')),
  language('jsonl', 'JSON Lines', 'ndjson', () => import('@shikijs/langs/jsonl')),
  language('jsx', 'JSX', '', () => import('@shikijs/langs/jsx')),
  language('julia', 'Julia', 'jl', () => import('@shikijs/langs/julia')),
  language('kotlin', 'Kotlin', 'kt kts', () => import('@shikijs/langs/kotlin')),
  language('latex', 'LaTeX', 'tex', () => import('@shikijs/langs/latex')),
  language('less', 'Less', '', () => import('@shikijs/langs/less')),
  language('common-lisp', 'Lisp', 'lisp', () => import('@shikijs/langs/common-lisp')),
  language('lua', 'Lua', '', () => import('@shikijs/langs/lua')),
  language('make', 'Makefile', 'makefile mk', () => import('@shikijs/langs/make')),
  language('markdown', 'Markdown', 'md', () => import('@shikijs/langs/markdown')),
  language('matlab', 'MATLAB', 'octave', () => import('@shikijs/langs/matlab')),
  language('mermaid', 'Mermaid', 'mmd', () => import('@shikijs/langs/mermaid')),
  language('nginx', 'nginx', '', () => import('@shikijs/langs/nginx')),
  language('nim', 'Nim', '', () => import('@shikijs/langs/nim')),
  language('nix', 'Nix', '', () => import('@shikijs/langs/nix')),
  language('objective-c', 'Objective-C', 'objc objectivec', () => import('@shikijs/langs/objective-c')),
  language('ocaml', 'OCaml', 'ml', () => import('@shikijs/langs/ocaml')),
  language('pascal', 'Pascal', 'delphi', () => import('@shikijs/langs/pascal')),
  language('perl', 'Perl', 'pl', () => import('@shikijs/langs/perl')),
  language('php', 'PHP', '', () => import('@shikijs/langs/php')),
  language('powershell', 'PowerShell', 'ps1 ps pwsh', () => import('@shikijs/langs/powershell')),
  language('prisma', 'Prisma', '', () => import('@shikijs/langs/prisma')),
  language('prolog', 'Prolog', '', () => import('@shikijs/langs/prolog')),
  language('proto', 'Protocol Buffers', 'protobuf', () => import('@shikijs/langs/proto')),
  language('python', 'Python', 'py python3 py3', () => import('@shikijs/langs/python')),
  language('r', 'R', 'rlang', () => import('@shikijs/langs/r')),
  language('regexp', 'Regular expression', 'regex', () => import('@shikijs/langs/regexp')),
  language('ruby', 'Ruby', 'rb', () => import('@shikijs/langs/ruby')),
  language('rust', 'Rust', 'rs', () => import('@shikijs/langs/rust')),
  language('sass', 'Sass', '', () => import('@shikijs/langs/sass')),
  language('scala', 'Scala', 'sbt', () => import('@shikijs/langs/scala')),
  language('scheme', 'Scheme', 'scm', () => import('@shikijs/langs/scheme')),
  language('scss', 'SCSS', '', () => import('@shikijs/langs/scss')),
  language('shellscript', 'Shell', 'bash sh shell zsh ksh', () => import('@shikijs/langs/shellscript')),
  language('shellsession', 'Terminal', 'console terminal', () => import('@shikijs/langs/shellsession')),
  language('solidity', 'Solidity', 'sol', () => import('@shikijs/langs/solidity')),
  language(
    'sql',
    'SQL',
    'mysql postgresql postgres psql sqlite tsql plsql',
    () => import('@shikijs/langs/sql'),
  ),
  language('svelte', 'Svelte', '', () => import('@shikijs/langs/svelte')),
  language('swift', 'Swift', '', () => import('@shikijs/langs/swift')),
  language('systemd', 'systemd', '', () => import('@shikijs/langs/systemd')),
  language('terraform', 'Terraform', 'tf tfvars', () => import('@shikijs/langs/terraform')),
  language('toml', 'TOML', '', () => import('@shikijs/langs/toml')),
  language('tsx', 'TSX', '', () => import('@shikijs/langs/tsx')),
  language('typescript', 'TypeScript', 'ts mts cts', () => import('@shikijs/langs/typescript')),
  language('vb', 'Visual Basic', 'vbnet vba', () => import('@shikijs/langs/vb')),
  language('verilog', 'Verilog', '', () => import('@shikijs/langs/verilog')),
  language('vhdl', 'VHDL', '', () => import('@shikijs/langs/vhdl')),
  language('viml', 'Vim script', 'vim vimscript', () => import('@shikijs/langs/viml')),
  language('vue', 'Vue', '', () => import('@shikijs/langs/vue')),
  language('wasm', 'WebAssembly', 'wat', () => import('@shikijs/langs/wasm')),
  language('xml', 'XML', 'svg xsd xsl xaml plist', () => import('@shikijs/langs/xml')),
  language('yaml', 'YAML', 'yml', () => import('@shikijs/langs/yaml')),
  language('zig', 'Zig', '', () => import('@shikijs/langs/zig')),
]

const byName = new Map(
  languages.flatMap((entry) => [entry.id, ...entry.aliases].map((name) => [name, entry])),
)

/** The language that a fence's name stands for (`ts`, `TypeScript`), if it is one that is highlighted. */
export function findCodeLanguage(name: string): CodeLanguage | undefined {
  return byName.get(name.toLowerCase())
}
