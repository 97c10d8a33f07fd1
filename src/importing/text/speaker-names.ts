import type { Role } from '../../chats/chat.ts'

/** Who speaks: one of the two, the model's thoughts, or somebody whose words aren't kept. */
export type Speaker = Role | 'thought' | 'other'

/**
 * What people, apps and exporters call the two, in their languages: data, so that a new name is one word. Compared
 * without case, pictures, brackets, times and "said" (see {@link roleOfName}).
 */
const names: Record<Speaker | 'app', string> = {
  user: `user, you, me, human, prompter, prompt, question, q, participant, my prompt, your prompt, user prompt, user query,
    query, asked, request, user input, customer,
    nutzer, benutzer, benutzerin, du, sie, ich, mensch, frage, eingabe, anfrage, utilisateur, utilisatrice, vous, moi,
    toi, humain, invite, usuario, usuaria, tú, usted, yo, humano, pregunta, utente, tu, io, umano, domanda, richiesta,
    usuário, utilizador, você, eu, pergunta, gebruiker, jij, je, u, ik, vraag, användare, användaren, jag, fråga, bruger,
    bruker, jeg, spørgsmål, spørsmål, käyttäjä, sinä, minä, kysymys, użytkownik, ty, ja, pytanie, uživatel, vy, dotaz,
    otázka, felhasználó, ön, te, kérdés, utilizator, dumneavoastră, întrebare, пользователь, вы, ты, я, вопрос, запрос,
    користувач, ви, ти, питання, χρήστης, εσείς, εσύ, ερώτηση, kullanıcı, sen, siz, ben, soru, 用户, 用戶, 使用者, 你,
    您, 我, 问题, 問題, 提问, 提問, 问, 問, ユーザー, ユーザ, あなた, 私, 質問, 사용자, 나, 당신, 질문, người dùng, bạn, tôi, câu hỏi, pengguna, anda,
    kamu, saya, pertanyaan, المستخدم, أنت, أنا, سؤال, משתמש, אתה, אני, שאלה, उपयोगकर्ता, आप, मैं, प्रश्न, ผู้ใช้, คุณ, คำถาม,
    کاربر, شما, من`,
  assistant: `assistant, ai, ai assistant, ai response, bot, chatbot, model, llm, agent, ai agent, coding agent, response, answer,
    reply, completion, output, replied, a, assistent, assistentin, ki, antwort, modell, assistante, ia, réponse, modèle,
    asistente, respuesta, modelo, assistente, risposta, modello, resposta, antwoord, model antwoord, svar, avustaja,
    tekoäly, vastaus, asystent, asystentka, odpowiedź, asistent, odpověď, asszisztens, válasz, răspuns, ассистент,
    помощник, ии, ответ, модель, помічник, асистент, відповідь, βοηθός, απάντηση, asistan, yapay zeka, yanıt, cevap,
    助手, 助理, ai助手, ai 助手, 人工智能, 机器人, 回答, 答案, 答, 回复, 回覆, アシスタント, モデル, 回答者, 어시스턴트, 도우미, 답변, trợ lý, câu trả lời,
    asisten, jawaban, المساعد, مساعد, الإجابة, إجابة, עוזר, תשובה, सहायक, उत्तर, ผู้ช่วย, คำตอบ, دستیار, پاسخ`,
  app: `chatgpt, openai, claude, anthropic, gemini, bard, google ai, google assistant, google ai studio, ai studio,
    copilot, github copilot, github copilot chat, copilot chat, microsoft copilot, microsoft 365 copilot, m365 copilot,
    bing, bing chat, bing ai, sydney, le chat, mistral, mistral ai, deepseek, deepseek chat, grok, xai, perplexity,
    perplexity ai, meta ai, llama, poe, you.com, youchat, phind, duck.ai, character.ai, pi, inflection, huggingchat,
    open assistant, openassistant, notebooklm, lumo, leo, brave leo, venice, kagi assistant, kagi, duckassist,
    qwen, qwen chat, tongyi, tongyi qianwen, 通义千问, 千问, kimi, kimi chat, moonshot, doubao, 豆包, ernie, ernie bot, wenxin, 文心一言,
    chatglm, glm, z.ai, 智谱清言, yuanbao, 元宝, hunyuan, minimax, stepfun, yi, baichuan, spark, 讯飞星火, alice, алиса, yandexgpt, gigachat,
    hyperclova, clova x, clova, cursor, cursor agent, composer, windsurf, cascade, codeium, cline, roo, roo code, roo-code, kilo,
    kilo code, continue, aider, goose, amp, droid, factory, factory droid, opencode, crush, codex, codex cli, openai codex,
    claude code, gemini cli, gemini code assist, qwen code, kimi cli, kimi code, kiro, amazon q, q developer, devin, jules,
    junie, zed, zed agent, zed assistant, tabnine, cody, sourcegraph cody, replit, replit agent, replit ai, v0, lovable,
    bolt, bolt.new, manus, antigravity, warp, warp agent, trae, augment, augment code, augment agent, void, openhands,
    open interpreter, swe-agent, supermaven, blackbox, blackbox ai, codewhisperer, jetbrains ai, ai assistant chat,
    xcode assistant, raycast ai, raycast, notion ai, jasper, writesonic, snowflake copilot, duet ai, khanmigo,
    open webui, librechat, lm studio, lobechat, typingmind, chatbox, jan, msty, anythingllm, big-agi, ollama, gpt4all`,
  thought: `thinking, reasoning, thoughts, thought, thought process, chain of thought, denken, gedanken, réflexion,
    pensamiento, pensamento, ragionamento, мысли, размышления, 思考, 思考过程, 思考過程, 推理, 생각`,
  other: `system, system prompt, system message, tool, tools, tool call, tool calls, tool result, tool results, tool use,
    tool output, function, function call, function result, developer, token usage, usage, metadata, system instruction,
    systemanweisung, système, sistema, система, 系统, 系統, システム, 시스템`,
}

/** Families whose models are called "gpt-5-mini", "Claude Opus 4.1", "qwen3:8b". */
const families = new Set(
  `chatgpt gpt gptoss claude gemini gemma llama codellama mistral mixtral codestral magistral devstral ministral pixtral deepseek qwen qwq
  qvq grok copilot o phi command commandr cohere aya nova titan glm chatglm ernie yi kimi minimax hunyuan internlm baichuan
  falcon olmo granite nemotron hermes dolphin vicuna alpaca wizardlm zephyr starcoder solar jamba palm bison davinci
  sonar reka dbrx orca openchat tulu smollm exaone lfm step doubao seed mimo longcat sonnet opus haiku fable`.split(
    /\s+/,
  ),
)

const versionWords = new Set(
  `opus sonnet haiku fable mythos instant pro flash lite ultra nano mini micro max plus turbo air large medium small tiny xl xs preview latest exp
  experimental instruct chat base it code coder codex thinking reasoner reasoning think vision vl vlm omni audio online
  deep research search reason distill hf gguf mlx awq gptq fp8 q4 q5 q8 k m s oss high low minimal auto auto-thinking free
  beta alpha fast scout maverick nemo saba r v llama qwen gpt hermes super next image speciale lightning chimera a
  extended adaptive`.split(/\s+/),
)

/** How pages tell those who listen that somebody said something; taken away from either end of a name. */
const saidPhrases = `said, says, wrote, asked, replied, answered, responded, writes,
  hat gesagt, hast gesagt, haben gesagt, sagte, sagten, sagtest, sagt, schrieb, fragte, fragten, antwortete,
  avez dit, as dit, a dit, a répondu, avez demandé, dijiste, dijo, ha dicho, has dicho, preguntaste, respondió, hai detto,
  ha detto, hai chiesto, ha risposto, disse, disseste, perguntou, respondeu, zei, zeg, zegt, hebt gezegd, heeft gezegd,
  vroeg, antwoordde, sa, sade, sagde, sanoit, sanoi, powiedział, powiedziała, powiedziałeś, powiedziałaś, powiedział(a),
  mówi, řekl, řekli jste, řekl jste, mondta, azt mondta, ai spus, ați spus, a spus, сказали, сказал, сказала, сказав, спросили,
  ответил, відповів, είπε, είπατε, είπες, dedi ki, dedi, dediniz ki, dediniz, şöyle dedi, şunları söyledi, söyledi,
  说, 说道, 說, 說道, 说了, 說了, が言いました, は言いました, の発言, の回答, の質問, 의 말, 이 말함, 님이 말함, 말함, đã nói, nói, berkata,
  mengatakan, قال, يقول, אמר, אומר, ने कहा, พูดว่า, กล่าวว่า, گفت`
  .split(',')
  .map((phrase) => phrase.trim())
  .toSorted((a, b) => b.length - a.length)

const said = new Set(saidPhrases)
/** In words. */
const longestPhrase = 3
/** Languages that write no blanks put the verb to the name. */
const saidUnparted = saidPhrases.filter(
  (phrase) => !/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u.test(phrase),
)

/** "You said" where the language has no word for you in it, or joins the two. */
const youSaid = new Set(
  `du hast gesagt, sie haben gesagt, sie sagten, vous avez dit, tu as dit, dijiste, has dicho, tú dijiste, usted dijo, ha dicho, hai detto,
  você disse, disseste, je zei, jij zei, u zei, du sa, du sade, du sagde, sinä sanoit, sanoit, powiedziałeś,
  powiedziałaś, powiedziałeś(-aś), powiedziałeś-aś, powiedziałeś aś, powiedziałeś/-aś, řekli jste, řekl jste, řekl(a) jste, azt mondtad,
  azt mondta, ön mondta, ai spus, ați spus, вы сказали, ты сказал, ви сказали, είπατε, είπες, dediniz ki, dediniz, dedin,
  şunu söylediniz, 你说, 您说, 你說, 您說, あなたが言いました, あなたの発言, 나의 말, 내가 말함, 사용자 말함, 내 말, bạn đã nói, bạn nói,
  anda berkata, anda mengatakan, kamu berkata, قلت, لقد قلت, אמרת, את אמרת, आपने कहा, คุณพูดว่า, คุณกล่าวว่า, شما گفتید`
    .split(',')
    .map((phrase) => phrase.trim()),
)

const roles = new Map<string, Speaker>()
for (const role of ['other', 'thought', 'assistant', 'user'] as const) {
  for (const name of listed(names[role])) roles.set(name, role)
}
/** Apps, agents and models: what they are called says more than "assistant". */
const apps = new Set(listed(names.app))
for (const name of apps) roles.set(name, 'assistant')

function listed(text: string): string[] {
  return text.split(',').map((name) => name.trim().replace(/\s+/g, ' '))
}

/** Names are short: what is longer is a sentence. */
const longestName = 100

/**
 * A name as it is compared: without pictures, punctuation, what stands in brackets, times, case and "said".
 * `isSaid` tells whether it said so.
 */
export function plainName(title: string): { name: string; isSaid: boolean } {
  const words = withoutSigns(title.slice(0, longestName))
  if (youSaid.has(words)) return { name: 'you', isSaid: true }
  const parts = words.split(' ')
  for (let count = Math.min(longestPhrase, parts.length - 1); count > 0; count--) {
    if (said.has(parts.slice(-count).join(' ')))
      return { name: parts.slice(0, -count).join(' '), isSaid: true }
    if (said.has(parts.slice(0, count).join(' '))) return { name: parts.slice(count).join(' '), isSaid: true }
  }
  const joined = saidUnparted.find((phrase) => words.length > phrase.length && words.endsWith(phrase))
  if (joined !== undefined) return { name: words.slice(0, -joined.length).trim(), isSaid: true }
  return { name: words, isSaid: false }
}

function withoutSigns(title: string): string {
  const words = withoutBrackets(title)
    .replace(/\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:T[\d:.]{1,15}Z?)?/g, ' ')
    .replace(/\b\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m\b)?/gi, ' ')
    .replace(/[^\p{L}\p{M}\p{N}\s./:_-]/gu, ' ')
    .replace(/\s+/g, ' ')
    .toLowerCase()
  let start = 0
  let end = words.length
  while (start < end && ' .:/_-'.includes(words.charAt(start))) start++
  while (end > start && ' .:/_-'.includes(words.charAt(end - 1))) end--
  return words.slice(start, end)
}

function withoutBrackets(title: string): string {
  let depth = 0
  let outside = ''
  let all = ''
  for (const sign of title) {
    if ('([{（【'.includes(sign)) depth++
    else if (')]}）】'.includes(sign)) depth = Math.max(0, depth - 1)
    else {
      all += sign
      if (depth === 0) outside += sign
    }
  }
  // "[User]" is all in brackets, "(claude) User" isn't.
  return /[\p{L}\p{N}]/u.test(outside) && depth === 0 ? outside : all
}

/** Whom a name names, as far as it is known. */
export function roleOfName(title: string): Speaker | undefined {
  // "Q:" and "A:" are capitals; "a:" is anything.
  if (/^[a-z]$/.test(title.trim())) return undefined
  const { name } = plainName(title)
  return roles.get(name) ?? (isModelName(name) ? 'assistant' : undefined)
}

/** What an app, agent or model calls itself in a title like "ChatGPT said:", as it stands there; undefined for other names. */
export function appIn(title: string): string | undefined {
  const { name } = plainName(title)
  const at = name === '' ? -1 : title.toLowerCase().indexOf(name)
  return at !== -1 && (apps.has(name) || isModelName(name)) ? title.slice(at, at + name.length) : undefined
}

/** Whether words are a model and nothing but what tells its version: "chatgpt 4o", "meta-llama/llama-3.3-70b-instruct". */
function isModelName(words: string): boolean {
  const [first = '', ...more] = (words.split('/').at(-1) ?? '').toLowerCase().split(/[\s:_-]+/)
  const family = /^([a-z]+)(v?[\d.]*[a-z]{0,2})$/.exec(first)
  if (family === null) return false
  const [, , version = ''] = family
  const letters = /^[a-z]+/.exec(first)?.[0] ?? ''
  const isFamily = families.has(letters) && (letters !== 'o' || /\d/.test(version))
  return isFamily && more.every(isVersionWord)
}

function isVersionWord(word: string): boolean {
  return versionWords.has(word) || /^(?:[a-z]{0,2}\d[\w.]*)$/.test(word)
}
