import { html } from '../html.ts'

/**
 * A shared chat as its readers see it, in the pages' own styles: sharp on every screen, dark where the page is, and no
 * byte of a picture. Nothing in it can be used, and whoever can't see it misses nothing that isn't said beside it.
 */
export const productPicture = html`<div class="product" inert aria-hidden="true">
  <div class="product-bar">
    <span></span><span></span><span></span>
    <p>share.example.com/shared/chats/5f0c6f0e</p>
  </div>
  <div class="product-page">
    <p class="product-title">Why is the sign-in slow?</p>
    <p class="facts">
      <span class="model">claude-code</span><span>2 messages</span><span>Shared by Ada</span>
    </p>
    <div class="message user">
      <div class="message-head"><span class="face"></span><b>User</b></div>
      <div class="message-body"><p>Signing in takes four seconds. Find out why, and fix it.</p></div>
    </div>
    <div class="message assistant">
      <div class="message-head"><span class="face"></span><b>Assistant</b></div>
      <div class="message-body">
        <p class="step product-step">14 steps: read 9 files, ran 3 commands, edited 2 files</p>
        <p>
          Each attempt hashed the password <strong>twice</strong>: once to check it, once more for the log.
          The second is gone now.
        </p>
        <div class="code-block">
          <div class="code-header"><span class="code-language">TypeScript</span></div>
          <pre><code class="diff"><del>-await log(await <span class="tk-function">hash</span>(password))
</del><ins>+await log(user.id)
</ins></code></pre>
        </div>
        <div class="table-scroll">
          <table>
            <thead>
              <tr>
                <th></th>
                <th>before</th>
                <th>now</th>
              </tr>
            </thead>
            <tbody>
              <tr>
                <td>sign-in</td>
                <td>4.1 s</td>
                <td>0.2 s</td>
              </tr>
            </tbody>
          </table>
        </div>
      </div>
    </div>
  </div>
</div>`
