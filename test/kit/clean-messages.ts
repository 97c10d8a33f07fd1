import { randomText } from './random-text.ts'

/** Messages as people and agents write them, full of what looks random, and without a secret or a trace of anybody. */
export function cleanMessages(seed: string, count: number): string[] {
  const random = randomText(seed)
  const { text, number, pick } = random
  const hex = (length: number): string => text('hex', length)
  const uuid = (): string => [8, 4, 4, 4, 12].map(hex).join('-')
  const name = (): string => pick(['triton', 'nereid', 'proteus', 'despina', 'galatea', 'larissa'])
  const base64 = (length: number): string => text('base64', length)
  const example =
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.'
  const kinds: readonly (() => string)[] = [
    () =>
      `\`\`\`ts\nconst password = await readPassword(${name()})\nif (!verify(token, key)) throw new Error('bad token')\n\`\`\``,
    () =>
      `\`\`\`ts\nexport interface Session { token: string; apiKey: string | undefined; secret?: Buffer }\n\`\`\``,
    () =>
      `\`\`\`js\nconst apiKey = process.env.${name().toUpperCase()}_API_KEY\nconst secret = config.get("auth.secret")\n\`\`\``,
    () =>
      `\`\`\`py\ntoken = os.environ["${name().toUpperCase()}_TOKEN"]\nclient = Client(api_key=settings.api_key)\n\`\`\``,
    () =>
      `Set \`OPENAI_API_KEY=sk-your-api-key-here\` and \`DB_PASSWORD=<your password>\` in .env, then restart.`,
    () =>
      `\`\`\`yaml\nenv:\n  TOKEN: \${{ secrets.${name().toUpperCase()}_TOKEN }}\n  password: \${DB_PASSWORD}\n\`\`\``,
    () =>
      `2026-03-${10 + number(18)}T10:${10 + number(49)}:01.${number(900) + 100}Z INFO req=${uuid()} trace=${hex(32)} span=${hex(16)} status=200 ms=${number(900)}`,
    () =>
      `{"level":30,"time":17${number(1e9)}0,"id":"req-${hex(4)}","route":"/api/chats/{id}","status":${pick([200, 304, 404])}}`,
    () => `The order ${uuid()} was split into ${uuid()} and ${uuid()}.`,
    () =>
      `commit ${hex(40)}\nAuthor: Dev <dev@example.com>\n\n    Name the ${name()} moons\n\nindex ${hex(7)}..${hex(7)} 100644`,
    () => `sha256:${hex(64)}  ${name()}.tar.gz\nmd5 ${hex(32)}`,
    () => `Digest: sha256:${hex(64)}\nStatus: Downloaded newer image for ${name()}:latest`,
    () => `![](data:image/png;base64,iVBORw0KGgo${base64(1200)}=)`,
    () =>
      `\`\`\`json\n"node_modules/${name()}": {\n  "version": "${number(9)}.${number(20)}.${number(9)}",\n  "resolved": "https://registry.npmjs.org/${name()}/-/${name()}-1.2.3.tgz",\n  "integrity": "sha512-${base64(86)}=="\n}\n\`\`\``,
    () =>
      `${name()}@^${number(9)}.0.0:\n  version "${number(9)}.1.2"\n  resolved "https://registry.yarnpkg.com/${name()}/-/${name()}-1.2.tgz#${hex(40)}"\n  integrity sha512-${base64(86)}==`,
    () =>
      `github.com/${name()}/moons v1.${number(30)}.0 h1:${base64(43)}=\ngithub.com/${name()}/moons v1.2.0/go.mod h1:${base64(43)}=`,
    () =>
      `checksum = "${hex(64)}"\nname = "${name()}"\nsource = "registry+https://github.com/rust-lang/crates.io-index"`,
    () => `A JWT looks like ${example}${text('url', 43)} and has three parts.`,
    () => `\`\`\`http\nGET /api/me HTTP/1.1\nAuthorization: Bearer <token>\nCookie: session=…\n\`\`\``,
    () => `Send \`Authorization: Bearer YOUR_API_KEY\`; \`Authorization: Bearer $TOKEN\` in a shell.`,
    () => `The URL is postgres://user:password@localhost:5432/app, or postgres://\${USER}:\${PASS}@db/app.`,
    () =>
      `-----BEGIN CERTIFICATE-----\n${base64(64)}\n${base64(64)}\n${base64(40)}==\n-----END CERTIFICATE-----`,
    () => `-----BEGIN PUBLIC KEY-----\n${base64(64)}\n${base64(64)}\n-----END PUBLIC KEY-----`,
    () => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${base64(43)} deploy`,
    () =>
      `    at ${name()} (/app/src/${name()}.ts:${number(300)}:${number(80)})\n    at async Promise.all (index ${number(9)})`,
    () =>
      `It took ${number(900)} ms and ${number(90000)} tokens: max_tokens=4096, token_count: ${number(9999)}, tokens: ${number(99999)}.`,
    () =>
      `<script src="/assets/${name()}-${text('url', 8)}.js" integrity="sha384-${base64(64)}" crossorigin="anonymous"></script>`,
    () => `https://cdn.example.com/${hex(2)}/${hex(32)}.png?v=${number(1e9)}&w=1200`,
    () => `https://example.com/watch?v=${text('url', 11)}&list=PL${text('url', 32)}`,
    () => `The hash is $argon2id$v=19$m=19456,t=2,p=1$${base64(22)}$${base64(43)}`,
    () =>
      `The password must have at least ${number(9) + 8} characters. Forgot your password? The secret: patience.`,
    () => `0x${hex(40)} sent 1.${number(99)} ETH to 0x${hex(40)} in 0x${hex(64)}`,
    () =>
      `\`\`\`css\n.sk-circle-fade-dot-${number(9)} { animation: sk-circle-fade 1.2s; color: #${hex(6)} }\n\`\`\``,
    () => `const CACHE_KEY = '${name()}-cache-key-v${number(9)}'; const TOKEN_KEY = "auth.token.${name()}"`,
    () =>
      `Bound to 127.0.0.1:${3000 + number(999)} and 0.0.0.0; documentation uses 192.0.2.${number(255)} and 10.0.0.0/8.`,
    () =>
      `version 1.2.${number(99)}.${number(9)} of user@example.com's ${name()}; see git@github.com:${name()}/moons.git`,
    () =>
      `Neptune has ${number(20)} moons, and ${name()} is one of them. ${pick(['Why?', 'How so?', 'Tell me more.'])}`,
    () => `mongodb://localhost:27017/${name()} and redis://localhost:6379/0 and amqp://guest:guest@localhost`,
    () =>
      `\`\`\`tool Edit\n{"file_path":"/app/src/${name()}.ts","old_string":"const secretName = \\"${name()}\\"","new_string":"const tokenName = \\"${name()}\\""}\n\`\`\``,
    () =>
      `{"tool_call_id":"call_${text('letters', 24)}","id":"chatcmpl-${text('letters', 29)}","message":"msg_${text('letters', 24)}"}`,
    () =>
      `{"id":"toolu_${text('letters', 24)}","session":"${uuid()}","requestId":"req_${text('letters', 24)}"}`,
    () =>
      `price_1${text('letters', 23)} cus_${text('letters', 14)} pi_${text('letters', 24)} pk_test_${text('letters', 24)}`,
    () => `etag: W/"${hex(8)}-${text('base64', 27)}"\nx-request-id: ${uuid()}\ncf-ray: ${hex(16)}-FRA`,
    () =>
      `Run \`deploy --token $TOKEN --password "$(cat /run/password)"\` or \`mysql -u root -p ${name()}\`.`,
    () => `-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----`,
    () => `The bearer of ${name()} news; Cookie: session=<your session>; Set-Cookie: sid=…`,
    () => `arn:aws:iam::123456789012:role/${name()} and s3://${name()}-bucket/${hex(32)}/part-0000.parquet`,
  ]
  return Array.from({ length: count }, (_, index) => (kinds[index % kinds.length] ?? name)())
}
