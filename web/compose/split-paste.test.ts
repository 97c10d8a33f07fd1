import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type PastedChat, splitPaste } from './split-paste.ts'

const moons = [
  { role: 'user', content: 'Largest moon of Neptune?' },
  { role: 'assistant', content: 'Triton.\n\nIt orbits backwards.' },
]

async function rolesAndTexts(text: string) {
  return (await found(text))?.messages.map(({ role, content }) => ({ role, content }))
}

async function found(text: string): Promise<PastedChat | undefined> {
  const pasted = await splitPaste(text)
  return pasted && 'messages' in pasted ? pasted : undefined
}

describe('pasted text', () => {
  it('is parted at Markdown headings, with title and model', async () => {
    const text =
      '# Moons\n\nModel: triton-1\n\n## User\n\nLargest moon of Neptune?\n\n## Assistant\n\nTriton.\n\nIt orbits backwards.\n'
    assert.deepEqual(await rolesAndTexts(text), moons)
    const pasted = await found(text)
    assert.equal(pasted?.name, 'Moons')
    assert.equal(pasted?.model, 'triton-1')
  })

  it('is parted at lines that name a speaker', async () => {
    const text = 'User: Largest moon of Neptune?\nAssistant: Triton.\n\nIt orbits backwards.\n'
    assert.deepEqual(await rolesAndTexts(text), moons)
    const copied = 'You said:\nLargest moon of Neptune?\n\nChatGPT said:\nTriton.\n\nIt orbits backwards.'
    assert.deepEqual(await rolesAndTexts(copied), moons)
  })

  it('is read as JSON messages', async () => {
    assert.deepEqual(await rolesAndTexts(JSON.stringify(moons)), moons)
    assert.deepEqual(await rolesAndTexts(JSON.stringify({ model: 'triton-1', messages: moons })), moons)
  })

  it('stays one text where nobody is named', async () => {
    assert.equal(await splitPaste('What is the largest moon of Neptune?'), undefined)
    assert.equal(await splitPaste('Note: remember the milk.\nQ: which milk?'), undefined)
    assert.equal(await splitPaste('{ "not": "a chat" }'), undefined)
    assert.equal(await splitPaste('[broken'), undefined)
  })

  it('does not take lines of code for speakers', async () => {
    const text = 'User: what is this?\n```yaml\nassistant: yes\n```\nAssistant: YAML.'
    assert.deepEqual(await rolesAndTexts(text), [
      { role: 'user', content: 'what is this?\n```yaml\nassistant: yes\n```' },
      { role: 'assistant', content: 'YAML.' },
    ])
  })

  it('says who speaks where only its owner knows who is who, and is parted once they say', async () => {
    const text = 'Ada: Largest moon?\n\nZorp: Triton.\n\nAda: Sure?\n\nZorp: Yes.'
    assert.deepEqual(await splitPaste(text), { speakers: ['Ada', 'Zorp'] })
    const pasted = await splitPaste(text, { user: 'Ada', assistant: 'Zorp' })
    assert.deepEqual(pasted && 'messages' in pasted && pasted.messages.map(({ role }) => role), [
      'user',
      'assistant',
      'user',
      'assistant',
    ])
  })

  it('is parted where code begins on the speaker’s line', async () => {
    const text =
      'User: what is this?\nChatGPT: ```js\nlet user = 1\nUser: no\n```\nUser: thanks\nChatGPT: Sure.'
    assert.deepEqual(
      (await rolesAndTexts(text))?.map(({ role }) => role),
      ['user', 'assistant', 'user', 'assistant'],
    )
  })
})
