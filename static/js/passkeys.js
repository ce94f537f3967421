/* Passkeys (W3C Web Authentication): asking the browser for one, and putting its answer in the form. */

const decode = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const named = (list = []) => list.map((each) => ({ ...each, id: decode(each.id) }));

/** The answer of a passkey as JSON: every buffer in base64url, as the server reads it. */
function written(credential) {
  const response = {};
  for (const name of [
    "clientDataJSON",
    "attestationObject",
    "authenticatorData",
    "signature",
    "userHandle",
  ]) {
    if (credential.response[name]) response[name] = encode(credential.response[name]);
  }
  const { id, type } = credential;
  return JSON.stringify({ id, rawId: encode(credential.rawId), type, response });
}

async function used(options) {
  const publicKey = {
    ...options,
    challenge: decode(options.challenge),
    allowCredentials: named(options.allowCredentials),
  };
  return written(await navigator.credentials.get({ publicKey }));
}

async function made(options) {
  const publicKey = {
    ...options,
    challenge: decode(options.challenge),
    user: { ...options.user, id: decode(options.user.id) },
    excludeCredentials: named(options.excludeCredentials),
  };
  return written(await navigator.credentials.create({ publicKey }));
}

/** Asks the browser; sends the form with the answer, or says beside it that nothing came of it. */
async function answered(form, field, asking) {
  const problem = form.querySelector("[data-passkey-problem]");
  if (problem) problem.hidden = true;
  try {
    form.elements.namedItem(field).value = await asking();
  } catch {
    if (problem) problem.hidden = false;
    return;
  }
  form.submit();
}

if (globalThis.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-passkey-part]")) part.hidden = false;

  for (const button of document.querySelectorAll("button[data-passkey-get]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const options = JSON.parse(button.dataset.passkeyGet);
      answered(button.form, "passkey", () => used(options));
    });
  }

  for (const form of document.querySelectorAll("form[data-passkey-make]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const options = JSON.parse(form.dataset.passkeyMake);
      answered(form, "made", () => made(options));
    });
  }
}
