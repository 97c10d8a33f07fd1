import type { Env, MarkdownIt, Token } from 'markdown-it'
import { escapeHtml } from '../escape-html.ts'
import { forToken } from '../markdown/renderer-rule.ts'
import {
  type DescribedCall,
  describeCall,
  groupLine,
  runLine,
  type StepTally,
  thoughtLine,
  type ToolCall,
} from './describe-steps.ts'
import { readStepFence } from './step-fences.ts'
import { callHtml, callLanguages, failedMark, lineHtml, outputHtml } from './step-html.ts'

/** A message of more is shown as plain text: nobody reads so many, and each costs an element or ten. */
const mostBlocks = 10_000

type Step =
  | { readonly kind: 'thought'; readonly text: string }
  | { readonly kind: 'result'; readonly text: string; readonly isError: boolean }
  | { readonly kind: 'call'; readonly call: ToolCall; readonly described: DescribedCall }

/**
 * Folds what an agent did between two texts into one line that says what it was. Only blocks that stand by themselves
 * in the message mean that; in a list or a quote they are code.
 *
 * ```` ```thinking ````, ```` ```tool NAME ```` and what follows it, ```` ```result ```` or ```` ```result error ````.
 */
export function renderSteps(markdown: MarkdownIt): void {
  markdown.core.ruler.after('block', 'steps', (state) => {
    if (!state.tokens.some(isStepFence)) return
    if (state.tokens.filter(isStepFence).length > mostBlocks) throw new RangeError('Too many steps.')
    const tokens: Token[] = []
    const create = (type: string, nesting: -1 | 0 | 1, meta: Token['meta'] = null): Token => {
      const token = new state.Token(type, '', nesting)
      token.block = true
      token.meta = meta
      return token
    }
    for (const run of runsOf(state.tokens)) {
      if (!run.isSteps) {
        for (const token of run.tokens) tokens.push(token)
        continue
      }
      const steps = readSteps(run.tokens)
      tokens.push(create('steps_open', 1, { steps }))
      const { starts, ends } = foldedRuns(steps)
      for (const [index, step] of steps.entries()) {
        const run = starts.get(index)
        if (run) tokens.push(create('run_open', 1, { steps: run }))
        if (step.kind === 'thought') {
          tokens.push(create('thought_open', 1, { step, isAlone: steps.length === 1 }))
          for (const token of parseThought(markdown, step.text, state.env)) tokens.push(token)
          tokens.push(create('thought_close', -1, { isAlone: steps.length === 1 }))
        } else {
          const languages = step.kind === 'call' ? callLanguages(step.call, step.described) : []
          tokens.push(create('step', 0, { step, languages, isAlone: steps.length === 1 }))
        }
        if (ends.has(index)) tokens.push(create('run_close', -1))
      }
      tokens.push(create('steps_close', -1, { steps }))
    }
    state.tokens = tokens
  })

  const rules = markdown.renderer.rules
  rules['steps_open'] = forToken((token) => {
    const steps = stepsOf(token)
    if (steps.length === 1) return '<div class="steps">'
    const tallies = steps.map(tallyOf)
    const failed = tallies.filter(({ isError }) => isError).length
    const mark = failed > 0 ? failedMark(`${failed.toLocaleString('en')} failed`) : ''
    return `<details class="steps"><summary>${escapeHtml(groupLine(tallies))}${mark}</summary><ol>`
  })
  rules['steps_close'] = forToken((token) => (stepsOf(token).length === 1 ? '</div>\n' : '</ol></details>\n'))
  rules['run_open'] = forToken((token) => {
    const line = escapeHtml(runLine(stepsOf(token).map(tallyOf)))
    return `<li><details class="step"><summary>${line}</summary><ol>`
  })
  rules['run_close'] = forToken(() => '</ol></details></li>')
  rules['thought_open'] = forToken((token) => {
    const step = stepOf(token)
    const line = step.kind === 'thought' ? thoughtLine(step.text) : ''
    return `${itemTag(token, '<li>')}<details class="step"><summary>${line}</summary><div class="thought">\n`
  })
  rules['thought_close'] = forToken((token) => `</div></details>${itemTag(token, '</li>')}`)
  rules['step'] = forToken(
    (token, env) => `${itemTag(token, '<li>')}${stepHtml(stepOf(token), env)}${itemTag(token, '</li>')}`,
  )
}

/** The languages that the code of a token's steps is highlighted in. */
export function stepLanguages(token: Token): readonly string[] {
  return token.type === 'step' ? (token.meta as { languages: readonly string[] }).languages : []
}

function stepsOf(token: Token): readonly Step[] {
  return (token.meta as { steps: readonly Step[] }).steps
}

function stepOf(token: Token): Step {
  return (token.meta as { step: Step }).step
}

function itemTag(token: Token, tag: string): string {
  return token.meta?.['isAlone'] === true ? '' : tag
}

function isStepFence(token: Token): boolean {
  return token.type === 'fence' && token.level === 0 && readStepFence(token.info) !== undefined
}

/** Parts the tokens into those that belong to steps, one after another, and the others. */
function runsOf(tokens: readonly Token[]): { readonly isSteps: boolean; readonly tokens: Token[] }[] {
  const runs: { isSteps: boolean; tokens: Token[] }[] = []
  for (const token of tokens) {
    const isSteps = isStepFence(token)
    const last = runs.at(-1)
    if (last?.isSteps === isSteps) last.tokens.push(token)
    else runs.push({ isSteps, tokens: [token] })
  }
  return runs
}

/** A result belongs to the call right before it; any other stands by itself. */
function readSteps(tokens: readonly Token[]): Step[] {
  const steps: Step[] = []
  let open: { name: string; body: string } | undefined
  const close = (result?: { text: string; isError: boolean }): void => {
    if (!open) return
    const call = { ...open, result: result?.text, isError: result?.isError ?? false }
    steps.push({ kind: 'call', call, described: describeCall(call) })
    open = undefined
  }
  for (const { info, content } of tokens) {
    const fence = readStepFence(info)
    if (fence?.kind === 'result' && open) {
      close({ text: content, isError: fence.isError })
      continue
    }
    close()
    if (fence?.kind === 'tool') open = { name: fence.name, body: content }
    else if (fence?.kind === 'thinking') steps.push({ kind: 'thought', text: content })
    else if (fence) steps.push({ kind: 'result', text: content, isError: fence.isError })
  }
  close()
  return steps
}

/** So many looks at files, one after the other, are one line: what was done with them tells more. */
const shortestRun = 3

/** Runs of looks at files within a group, by the index of their first step, and where they end. */
function foldedRuns(steps: readonly Step[]): {
  readonly starts: ReadonlyMap<number, readonly Step[]>
  readonly ends: ReadonlySet<number>
} {
  const starts = new Map<number, readonly Step[]>()
  const ends = new Set<number>()
  for (let start = 0; start < steps.length; start++) {
    let end = start
    while (isLook(steps[end])) end++
    const isAll = end - start === steps.length
    if (end - start >= shortestRun && !isAll) {
      starts.set(start, steps.slice(start, end))
      ends.add(end - 1)
    }
    start = Math.max(start, end)
  }
  return { starts, ends }
}

/** Whether a step only looked something up, and went well; a picture that it gave back is something to see. */
function isLook(step: Step | undefined): boolean {
  if (step?.kind !== 'call' || step.call.isError) return false
  const isShown = step.call.result?.includes('](file:') === true
  return /^(?:read|list|search)$/.test(step.described.kind) && !isShown
}

/** A thought is Markdown too. Its headings are no part of the page's outline. */
function parseThought(markdown: MarkdownIt, text: string, env: Env): Token[] {
  const tokens: Token[] = []
  markdown.block.parse(text, markdown, env, tokens)
  for (const token of tokens) {
    if (token.type !== 'heading_open' && token.type !== 'heading_close') continue
    token.type = token.type === 'heading_open' ? 'paragraph_open' : 'paragraph_close'
    token.tag = 'p'
    if (token.nesting === 1) token.attrSet('class', 'thought-title')
  }
  return tokens
}

function tallyOf(step: Step): StepTally {
  if (step.kind === 'call') {
    return { kind: step.described.kind, path: step.described.path, isError: step.call.isError }
  }
  return { kind: step.kind, path: '', isError: step.kind === 'result' && step.isError }
}

function stepHtml(step: Step, env: Env): string {
  if (step.kind === 'thought') return ''
  const isError = step.kind === 'call' ? step.call.isError : step.isError
  const line =
    step.kind === 'call'
      ? step.described.line
      : { verb: isError ? 'A tool' : 'A tool answered', subject: '', note: '' }
  const body = step.kind === 'call' ? callHtml(step.call, step.described, env) : outputHtml(step.text)
  const summary = lineHtml(line, isError)
  return body === ''
    ? `<p class="step">${summary}</p>`
    : `<details class="step"><summary>${summary}</summary>${body}</details>`
}
