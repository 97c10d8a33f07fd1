import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { startBrowser, type TestBrowser } from '../kit/browser.ts'
import { signUp } from '../kit/client.ts'
import { importBytes } from '../kit/importing.ts'
import { startServer } from '../kit/start-server.ts'
import { until } from '../kit/until.ts'

describe('the file of an exported chat', () => {
  let browser: TestBrowser
  let folder: string
  let file: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'neptun-export-'))
    file = join(folder, 'chat.html')
    const server = await startServer()
    try {
      const ada = await signUp(server.url)
      const questions = ['One?', 'Two?', 'Three?', 'Four?'].flatMap((content) => [
        { role: 'user' as const, content },
        {
          role: 'assistant' as const,
          content:
            'Euler: $e^{i\\pi} = -1$\n\n```js\nconst moon = "Triton"\n```\n\n' +
            '```tool Bash\nls moons\n```\n\n```result\nnereid\nproteus\n```\n\n```mermaid\ngraph TD\n  Neptune-->Triton\n```',
        },
      ])
      questions.push({
        role: 'user',
        content: '</template><!--</script><script>ran = 1</script><img src="x" onerror="ran = 1">\u2028',
      })
      const chat = await ada.createChat(questions, 'Moons and numbers')
      // On a busy machine it is plain text at first.
      await until('the file, rendered whole', async () => {
        const { text } = await ada.get(ada.path(`/chats/${chat.id}/export?format=html`))
        await writeFile(file, text)
        return !text.includes('class="plain-text"')
      })
    } finally {
      // Nothing is left to load from.
      await server.close()
    }
    browser = await startBrowser()
  })
  after(async () => {
    await browser.close()
    await rm(folder, { recursive: true })
  })

  it('looks like its page without a server: styles, code colours, faces and the font for formulas', async () => {
    const { page, problems, close } = await browser.open(pathToFileURL(file).href)
    await page.goto(pathToFileURL(file).href)
    await page.getByRole('heading', { name: 'Moons and numbers' }).waitFor()
    if (process.env['SCREENSHOT']) await page.screenshot({ path: process.env['SCREENSHOT'] })
    // What is there for imports is text, whatever it says.
    const [ran, held] = await page.evaluate<[string, string]>(
      `[typeof ran, document.querySelector('template').content.textContent]`,
    )
    assert.equal(ran, 'undefined')
    assert.match(
      (JSON.parse(held) as { messages: { content: string }[] }).messages[8]?.content ?? '',
      /^<\/template><!--/,
    )
    assert.equal(await page.evaluate(`document.querySelectorAll('script').length`), 0)
    // Also as a browser saves it, the chat comes back.
    assert.equal((await importBytes(await page.content())).chats[0]?.messages.length, 9)
    const position = await page.evaluate(`getComputedStyle(document.querySelector('.top')).position`)
    assert.equal(position, 'sticky')
    const colours = await page.evaluate(
      `['.code-block span[class]', 'body'].map((part) => getComputedStyle(document.querySelector(part)).color)`,
    )
    assert.ok(Array.isArray(colours) && colours[0] !== colours[1])
    const fonts = await page.evaluate(
      `document.fonts.ready.then((fonts) => [...fonts].map(({ family, status }) => family + ' ' + status))`,
    )
    assert.deepEqual(fonts, ['STIX Two Math loaded'])
    assert.deepEqual(problems(), [])
    await close()
  })

  it('folds what tools did, and draws diagrams, without a script', async () => {
    const { page, problems, close } = await browser.open(pathToFileURL(file).href, { javaScript: false })
    await page.goto(pathToFileURL(file).href)
    const output = page.getByText('proteus').first()
    assert.equal(await output.isVisible(), false)
    await page.getByText('Ran ls moons').first().click()
    await output.waitFor()
    await page.getByRole('img', { name: 'Flowchart' }).first().waitFor()
    assert.deepEqual(problems(), [])
    await close()
  })

  it('opens its table of questions on a phone, without a script', async () => {
    const { page, problems, close } = await browser.open(pathToFileURL(file).href, { isPhone: true })
    await page.goto(pathToFileURL(file).href)
    await page.getByRole('button', { name: 'Questions' }).click()
    await page.getByRole('link', { name: 'Three?' }).click()
    assert.match(page.url(), /#message-5$/)
    assert.deepEqual(problems(), [])
    await close()
  })
})
