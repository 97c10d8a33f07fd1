import { escapeHtml } from '../rendering/escape-html.ts'
import type { MailText } from './mail-texts.ts'

/** A piece of a mail, which looks like itself as text and as HTML. */
export type MailPart =
  | { readonly text: string }
  | { readonly code: string }
  | { readonly link: string; readonly name: string }

export interface WrittenMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Writes a mail down twice, in the same words. Mail programs know little of HTML and fetch nothing: it has no pictures. */
export function writeMail({ subject, parts, footer }: MailText): WrittenMail {
  return {
    subject,
    text: `${[...parts.map(asText), `--\n${footer}`].join('\n\n')}\n`,
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title>
<style>
@media (prefers-color-scheme: dark) {
  body, .sheet { background: #14171f !important; color: #e8eaf0 !important }
  .code { background: #232838 !important; color: #ffffff !important }
  .footer { color: #a3a9b8 !important; border-color: #333a4d !important }
  .address { color: #a3a9b8 !important }
}
</style>
</head>
<body style="margin:0;padding:0;background:#ffffff;color:#1b1f2a">
<div class="sheet" style="max-width:34em;margin:0 auto;padding:24px 20px;font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;background:#ffffff;color:#1b1f2a">
<p style="margin:0 0 20px;font-weight:600">Neptun Share</p>
${parts.map(asHtml).join('\n')}
<p class="footer" style="margin:32px 0 0;padding-top:16px;border-top:1px solid #dcdfe6;font-size:13px;color:#5b6271">${escapeHtml(footer)}</p>
</div>
</body>
</html>
`,
  }
}

function asText(part: MailPart): string {
  if ('code' in part) return `    ${part.code}`
  return 'link' in part ? `${part.name}:\n${part.link}` : part.text
}

function asHtml(part: MailPart): string {
  if ('code' in part) {
    return `<p class="code" style="margin:20px 0;padding:14px 0;border-radius:10px;background:#eef0f6;color:#1b1f2a;font:600 28px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:4px;text-align:center">${escapeHtml(part.code)}</p>`
  }
  if ('link' in part) {
    const url = escapeHtml(part.link)
    return `<p style="margin:20px 0"><a href="${url}" style="display:inline-block;padding:11px 20px;border-radius:10px;background:#3147c4;color:#ffffff;font-weight:600;text-decoration:none">${escapeHtml(part.name)}</a></p>
<p class="address" style="margin:0 0 16px;font-size:13px;color:#5b6271;word-break:break-all">${url}</p>`
  }
  return `<p style="margin:0 0 16px">${escapeHtml(part.text)}</p>`
}
