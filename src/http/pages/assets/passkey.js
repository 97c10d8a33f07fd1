// Signs in by a passkey, where the browser can; the page works without. Browsers that know no JSON of passkeys see no button.
addEventListener('DOMContentLoaded', () => {
  const place = document.querySelector('[data-passkey]')
  const isAddress = /^[\d.]+$|:/.test(location.hostname)
  if (!place || isAddress || !window.PublicKeyCredential?.parseRequestOptionsFromJSON) return
  place.hidden = false
  const button = place.querySelector('button')
  button.addEventListener('click', () => void signIn(button, place.dataset.passkey))
})

async function post(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const value = await answer.json()
  if (!answer.ok) throw new Error(value.message)
  return value
}

async function signIn(button, next) {
  const said = document.querySelector('.said')
  button.disabled = true
  try {
    const { options } = await post('/api/auth/passkeys/options', {})
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
    const credential = await navigator.credentials.get({ publicKey }).catch(() => {
      throw new Error('No passkey was used.')
    })
    await post('/api/auth/passkeys', { credential })
    location.assign(next)
  } catch (error) {
    said.textContent = error.message
    button.disabled = false
  }
}
