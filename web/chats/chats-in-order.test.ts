import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Chat } from '../client/types.ts'
import { chatsInOrder } from './chats-in-order.ts'

const chat = (id: number, name: string, model: string, changed: number): Chat => ({
  id,
  neptun_user_id: 1,
  name,
  model,
  created_at: `2030-01-0${id}T00:00:00.000Z`,
  updated_at: `2030-02-0${changed}T00:00:00.000Z`,
})
const chats = [
  chat(1, 'Kochen für Könige', 'gpt-5', 2),
  chat(2, 'Chapter 10', 'claude', 1),
  chat(3, 'chapter 9', 'gpt-5', 3),
]
const found = (query: string, order: Parameters<typeof chatsInOrder>[2] = 'changed') =>
  chatsInOrder(chats, query, order).map(({ id }) => id)

it('finds chats by words of name and model, whatever their case and accents', () => {
  assert.deepEqual(found('konige'), [1])
  assert.deepEqual(found('GPT chap'), [3])
  assert.deepEqual(found('nothing'), [])
})

it('sorts them', () => {
  assert.deepEqual(found(''), [3, 1, 2])
  assert.deepEqual(found('', 'newest'), [3, 2, 1])
  assert.deepEqual(found('', 'oldest'), [1, 2, 3])
  assert.deepEqual(found('', 'name'), [3, 2, 1])
})
