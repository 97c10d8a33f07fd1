/** What a tool does, as far as its line on the page is concerned. */
export type ToolKind =
  | 'run'
  | 'edit'
  | 'write'
  | 'read'
  | 'list'
  | 'search'
  | 'fetch'
  | 'ask-web'
  | 'plan'
  | 'agent'
  | 'other'

/** The tools of the common agents by name, in small letters and without what stands between words. */
const names: Record<Exclude<ToolKind, 'other'>, string> = {
  run:
    'bash shell sh zsh exec execcommand execute executecommand localshell localshellcall shellcommand shellcall ' +
    'runterminalcmd runterminalcommand runinterminal runcommand runshellcommand terminal powershell pwsh cmd console containerexec',
  edit:
    'edit multiedit applypatch strreplace strreplaceeditor strreplacebasededittool editfile fileedit replace ' +
    'searchreplace searchandreplace replaceinfile replacestringinfile insertedit notebookedit applydiff patch',
  write: 'write writefile filewrite createfile create writetofile newfile',
  read: 'read readfile fileread view viewfile viewimage cat openfile notebookread readmanyfiles readtextfile',
  list: 'ls list listdir listdirectory listfiles',
  search:
    'grep glob search codebasesearch grepsearch filesearch globfilesearch searchfiles searchfilecontent findfiles find ripgrep rg ' +
    'semanticsearch toolsearch',
  fetch: 'webfetch fetch fetchurl urlfetch readurlcontent openurl fetchwebpage',
  'ask-web': 'websearch searchweb googlewebsearch webrun searchquery',
  plan: 'todowrite todoread updateplan todo todos plan managetodolist taskcreate taskupdate tasklist',
  agent: 'task agent subagent spawnagent dispatchagent newtask runsubagent',
}

const kinds = new Map(
  Object.entries(names).flatMap(([kind, all]) => all.split(' ').map((name) => [name, kind as ToolKind])),
)

export function toolKind(name: string): ToolKind {
  return kinds.get(name.toLowerCase().replace(/[^a-z0-9]/g, '')) ?? 'other'
}

/** As people may say it: `mcp__github__create_issue` is a server's tool. */
export function toolLabel(name: string): string {
  const [, server, tool] = /^mcp__(.+?)__(.+)$/.exec(name) ?? []
  return server !== undefined && tool !== undefined ? `${server}: ${tool}` : name
}
