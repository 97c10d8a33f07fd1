import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { describe, test } from 'node:test'
import { highlightTheme } from './code/highlight-theme.ts'

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8')
const css = read('./tokens.css') + read('./message.css')

/** The colours of `--name: light-dark(#light, #dark)`, or of the colour that it is the same as. */
function colorOf(name: string, theme: 'light' | 'dark'): string {
  const other = new RegExp(`--${name}: var\\(--([\\w-]+)\\)`).exec(css)?.[1]
  if (other) return colorOf(other, theme)
  const colors = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css)
  const color = colors?.[theme === 'light' ? 1 : 2]
  assert.ok(color, `--${name} has a colour`)
  return color
}

/** Relative luminance (WCAG 2.2). */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(color.slice(start, start + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(first: string, second: string): number {
  const [dark = 0, light = 0] = [luminance(first), luminance(second)].toSorted((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

const tokens = [...new Set(css.match(/(?<=--)shiki-token-\w+(?=: light)/g))]

for (const theme of ['light', 'dark'] as const) {
  describe(`in the ${theme} theme`, () => {
    for (const [ground, texts] of [
      ['message-ground', ['message-text', 'message-muted', 'message-link', 'message-problem']],
      ['message-code-ground', ['message-text', 'message-muted', 'message-link', ...tokens]],
      ['message-mark', ['message-text']],
      ['message-added', ['message-text', ...tokens]],
      ['message-removed', ['message-text', ...tokens]],
      ['ground', ['ink', 'muted', 'accent', 'danger', 'good', 'warn']],
      ['raised', ['ink', 'muted', 'accent', 'danger']],
      ['sunken', ['ink', 'muted', 'accent', 'danger']],
      ['accent-soft', ['ink', 'muted', 'accent']],
      ['good-soft', ['good']],
      ['warn-soft', ['warn', 'ink']],
      ['danger-soft', ['danger']],
      ['accent-solid', ['on-accent']],
      ['danger-solid', ['on-accent']],
    ] as const) {
      for (const text of texts) {
        test(`${text} can be read on ${ground}`, () => {
          const ratio = contrast(colorOf(text, theme), colorOf(ground, theme))
          assert.ok(ratio >= 4.5, `a contrast of ${ratio.toFixed(2)}`)
        })
      }
    }
  })
}

test('every colour that the highlighter uses is in the style sheet', () => {
  const names = (highlightTheme.tokenColors ?? []).map(({ settings }) => settings.foreground)
  for (const name of new Set(names)) {
    if (name && name !== 'plain') assert.match(css, new RegExp(`\\.tk-${name} \\{`))
  }
})

test('the font for formulas is there, and no page fetches more of it than it needs', () => {
  for (const file of ['stix-two-math.woff2', 'stix-two-math-letters.woff2']) {
    const { size } = statSync(new URL(file, import.meta.url))
    assert.ok(size > 30_000 && size < 90_000, `${file}: ${size}`)
  }
})
