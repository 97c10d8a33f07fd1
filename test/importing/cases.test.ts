import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Role } from '../../src/chats/chat.ts'
import type { ImportedChat } from '../../src/importing/imported-chat.ts'
import { importFixture } from '../kit/importing.ts'

const question = 'Why does the cache never expire?'
const answer = 'The clock is read once, at the start.'
const followUp = 'How do I test it?'
const secondAnswer = 'Freeze the time and move it on by hand.'
const title = 'Cache that never expires'
const thought = '> **Reasoning**\n>\n> Look at the timer.\n\n'
const march = (time: string): number => Date.parse(`2026-03-02T${time}Z`)

type Case = {
  /** As `user: …`; the usual conversation where nothing is said. */
  messages?: string[]
  name?: string
  model?: string
  times?: (number | undefined)[]
  createdAt?: number
  leftOut?: ImportedChat['leftOut']
}

const said = (role: Role, content: string): string => `${role}: ${content}`
const once = [said('user', question), said('assistant', answer)]
const twice = [...once, said('user', followUp), said('assistant', secondAnswer)]
const thoughtful = [said('user', question), said('assistant', thought + answer)]

/** What each file holds: one chat, unless it has several. */
const cases: Record<string, Case | Case[]> = {
  'ai-sdk-uimessages.json': {
    messages: [said('user', `${question}\n\n*[image: graph.png]*`), said('assistant', thought + answer)],
    model: 'gpt-4o',
    leftOut: { image: 1, 'tool call': 1, 'tool result': 1, 'part of an unknown kind': 2 },
  },
  'alpaca.json': [{ messages: once }, { messages: twice.slice(2) }],
  'chatbox.json': { messages: thoughtful, name: title, model: 'GPT-4o', leftOut: { 'system message': 1 } },
  'chatgpt-canvas.json': {
    messages: [
      said('user', 'Write a function that sorts names, in a canvas.'),
      said(
        'assistant',
        '**Canvas: sort_names**\n\n```python\ndef sort_names(names):\n    return sorted(names)\n```\n\nHere is the function.',
      ),
      said('user', 'Without regard to case.'),
      said(
        'assistant',
        '**Canvas: sort_names**\n\n```python\ndef sort_names(names):\n    return sorted(names, key=str.casefold)\n```\n\nDone.',
      ),
    ],
  },
  'chatgpt-exporter-com.json': {
    messages: once,
    name: title,
    times: [march('09:00:00'), march('09:00:05')],
    createdAt: march('09:00:00'),
  },
  'chatgpt-exporter-com.md': {
    messages: once,
    name: title,
    times: [march('09:00:00'), march('09:00:05')],
    createdAt: march('09:00:00'),
  },
  'chatgpt-sandbox-link.json': {
    messages: [said('user', 'As CSV, please.'), said('assistant', 'Here it is: *[file: table.csv]*')],
    leftOut: { file: 1 },
  },
  'claude-artifact-rewrite-update.json': {
    messages: [
      said('user', 'Make a clock'),
      said(
        'assistant',
        '> **Reasoning**\n>\n> A small page.\n\nHere it is.\n\n**Artifact: Clock**\n\n```html\n<p id=t></p>\n<script>t.textContent = Date()</script>\n```',
      ),
      said('user', 'Blue, please'),
      said(
        'assistant',
        'Now it is blue.\n\n**Artifact: Clock**\n\n```html\n<p id=t style="color:blue"></p>\n<script>t.textContent = Date()</script>\n```',
      ),
      said('user', 'Every second'),
      said(
        'assistant',
        'Rewritten.\n\n**Artifact: Clock**\n\n```html\n<p id=t style="color:blue"></p>\n<script>setInterval(() => t.textContent = Date(), 1000)</script>\n```',
      ),
    ],
  },
  'claude-out-of-order.json': { messages: twice, name: title },
  'copilot-chat-copy-all.txt': { messages: twice, model: 'GitHub Copilot' },
  'copilot-chat-participant.md': { messages: twice },
  'cursor-export.md': {
    messages: [
      said('user', 'Why does the login form lose my email?'),
      said('assistant', 'The form is reset before the request ends. Move `reset()` into the `then`.'),
      said('user', 'Works, thanks.'),
      said('assistant', 'Glad to hear it.'),
    ],
    name: 'Fix the login form',
    model: 'Cursor',
  },
  'deepseek-conversations.json': {
    messages: thoughtful,
    name: title,
    model: 'deepseek-reasoner',
    createdAt: march('09:00:00'),
    times: [march('09:01:00'), march('09:02:00')],
  },
  'gemini-cli-share.md': { messages: twice },
  'gemini-takeout-MyActivity.json': {
    messages: twice,
    model: 'Gemini',
    times: [march('09:00:00'), march('09:00:00'), march('09:01:00'), march('09:01:00')],
  },
  'grok-prod-grok-backend.json': {
    messages: once,
    name: title,
    model: 'grok-4',
    times: [march('09:00:00'), march('09:00:05')],
  },
  'headings-agent.md': { messages: twice, name: 'Cache' },
  'headings-aistudio.md': { messages: twice, name: 'Cache' },
  'headings-answers.md': { messages: twice, name: 'Cache', model: 'ChatGPT' },
  'headings-cursor.md': { messages: twice, name: 'Cache', model: 'Cursor' },
  'headings-deepseek.md': { messages: twice, name: 'Cache', model: 'DeepSeek-R1' },
  'headings-lechat.md': { messages: twice, name: 'Cache', model: 'Le Chat' },
  'headings-m365copilot.md': { messages: twice, name: 'Cache', model: 'Microsoft Copilot' },
  'headings-perplexity.md': { messages: twice, name: 'Cache' },
  'headings-poe.md': { messages: twice, name: 'Cache', model: 'Claude-Opus-4.5' },
  'hh-rlhf.jsonl': { messages: once, leftOut: { 'rejected answer': 1 } },
  'huggingchat.json': { messages: once, name: title, model: 'meta-llama/Llama-3.3-70B-Instruct' },
  'jan-messages.jsonl': { messages: once, times: [march('09:00:00'), march('09:00:05')] },
  'langchain-dumpd.json': { messages: once },
  'langchain-messages_to_dict.json': { messages: once, leftOut: { 'system message': 1 } },
  'lechat-chat.json': { messages: once, times: [march('09:00:00'), march('09:00:05')] },
  'librechat-export.md': { messages: twice, name: 'Cache', model: 'gpt-4o-mini' },
  'list-with-named-model.json': { messages: twice, model: 'Claude' },
  'llm-logs.json': { messages: twice, name: 'Cache', model: 'gpt-4o-mini', createdAt: march('09:00:00') },
  'llm-logs.md': { messages: twice, model: 'gpt-4o-mini', createdAt: march('09:00:00') },
  'lmstudio.conversation.json': {
    messages: thoughtful,
    name: title,
    model: 'qwen3-8b',
    createdAt: march('09:00:00'),
  },
  'lmsys.jsonl': { messages: once, model: 'vicuna-13b' },
  'lobechat.json': {
    messages: once,
    name: title,
    model: 'gpt-4o',
    times: [march('09:00:00'), march('09:00:05')],
  },
  'nextchat.json': {
    messages: once,
    name: title,
    model: 'gpt-4o-mini',
    times: [march('09:00:00'), march('09:00:05')],
  },
  'numbered-chat-sections.md': { messages: twice, name: title, createdAt: march('09:00:00') },
  'openai-chat-completion.json': { messages: once.slice(1), model: 'gpt-4o' },
  'openai-request-response.json': { messages: once, model: 'gpt-4o' },
  'page-copy-english.txt': { messages: twice, model: 'ChatGPT' },
  'page-copy-german.txt': { messages: twice, model: 'ChatGPT' },
  'prompt-completion.jsonl': [{ messages: once }, { messages: twice.slice(2) }],
  'sillytavern.jsonl': {
    messages: [said('assistant', 'Ahoy!'), ...once],
    model: 'gpt-4o',
    times: [march('09:00:00'), march('09:01:00'), march('09:02:00')],
    createdAt: march('09:00:00'),
  },
  'specstory-agent.md': {
    messages: [
      said('user', question),
      said(
        'assistant',
        `> **Reasoning**\n>\n> Look at the timer first.\n\n\`\`\`tool Bash\nls ~/cache\n\`\`\`\n\n\`\`\`result\ntimer.ts\n\`\`\`\n\n${answer}`,
      ),
      said('user', followUp),
    ],
    model: 'claude-opus-4-5-20251101',
    times: [march('09:00:00'), march('09:00:05'), march('09:03:00')],
  },
  'typingmind.json': {
    messages: once,
    name: title,
    model: 'gpt-4o',
    times: [march('09:00:00'), march('09:00:05')],
  },
}

for (const [file, expected] of Object.entries(cases)) {
  test(`${file} comes in as what was said, by whom, and when`, async () => {
    const { chats, failed } = await importFixture(`cases/${file}`)
    assert.deepEqual(failed, [])
    const wanted = [expected].flat()
    assert.equal(chats.length, wanted.length)
    for (const [index, { messages, name, model, times, createdAt, leftOut }] of wanted.entries()) {
      const chat = chats[index]
      if (messages !== undefined)
        assert.deepEqual(
          chat?.messages.map(({ role, content }) => said(role, content)),
          messages,
        )
      if (name !== undefined) assert.equal(chat?.name, name)
      if (model !== undefined) assert.equal(chat?.model, model)
      if (createdAt !== undefined) assert.equal(chat?.createdAt, createdAt)
      if (leftOut !== undefined) assert.deepEqual(chat?.leftOut, leftOut)
      if (times !== undefined)
        assert.deepEqual(
          chat?.messages.map((message) => message.createdAt),
          times,
        )
    }
  })
}
