/* Checks an entry of the correction log in the reader's own browser: see app/rules/transparency. */

const place = document.querySelector("[data-verify]");

const bytes = (text) => new TextEncoder().encode(text);
const hex = (data) => [...data].map((each) => each.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const unbase64 = (text) => {
  try {
    return Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
  } catch {
    return new Uint8Array(); // no base64 is nobody's hash and nobody's signature
  }
};
const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));
const same = (one, other) => hex(one) === hex(other);

/** JSON as RFC 8785 writes it: the bodies hold texts, whole numbers, lists and switches alone. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

/** Follows a proof from a leaf to the root that it leads to (RFC 9162, section 2.1.3.2). */
export async function rootOf(index, size, leaf, proof) {
  let [node, last, found] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return null;
    if (node % 2 || node === last) {
      found = await sha256(joined([1], sibling, found));
      while (node % 2 === 0 && node) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
    } else {
      found = await sha256(joined([1], found, sibling));
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? found : null;
}

/** Says whether a signed note bears a valid signature of a key (c2sp.org/signed-note). */
export async function isSigned(note, vkey) {
  const [name, , encoded] = vkey.split(/\+([0-9a-f]{8})\+/);
  const at = note.lastIndexOf("\n\n");
  const key = unbase64(encoded).slice(1);
  const id = (await sha256(joined(bytes(`${name}\n`), [1], key))).slice(0, 4);
  const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  for (const line of note.slice(at + 2).trimEnd().split("\n")) {
    const [, signer, signature] = line.split(" ");
    const data = unbase64(signature);
    if (signer !== name || !same(data.slice(0, 4), id)) continue;
    const text = bytes(note.slice(0, at + 1));
    return crypto.subtle.verify("Ed25519", imported, data.slice(4), text);
  }
  return false;
}

/** Reads the entry of a leaf out of the bundle of 256 that it stands in. */
function entryIn(bundle, place) {
  let at = 0;
  for (let skipped = 0; skipped < place; skipped += 1) at += 2 + bundle[at] * 256 + bundle[at + 1];
  return bundle.slice(at + 2, at + 2 + bundle[at] * 256 + bundle[at + 1]);
}

function bundlePath(index, size) {
  const number = Math.floor(index / 256);
  const width = Math.min(256, size - number * 256);
  const groups = String(number).padStart(Math.ceil(String(number).length / 3) * 3, "0").match(/.../g);
  const path = groups.map((each, at) => (at < groups.length - 1 ? `x${each}` : each)).join("/");
  return `tile/entries/${path}${width < 256 ? `.p/${width}` : ""}`;
}

async function file(path) {
  const answer = await fetch(`/log/${path}`, { cache: "no-store" });
  if (!answer.ok && answer.status !== 410) throw new Error(path);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Checks that a leaf is in the log, by its proof; says what the leaf says, too. */
async function proven(index, vkey, done) {
  const text = new TextDecoder().decode(await file(`proof/${index}.tlog-proof`));
  const cut = text.indexOf("\n\n");
  const proof = text.slice(0, cut).split("\n").slice(2).map(unbase64);
  const checkpoint = text.slice(cut + 2);
  const [origin, sizeLine, root] = checkpoint.split("\n");
  const size = Number(sizeLine);
  done("signature", origin === vkey.split("+")[0] && (await isSigned(checkpoint, vkey)));
  const entry = entryIn(await file(bundlePath(index, size)), index % 256);
  const leaf = await sha256(joined([0], entry));
  const led = await rootOf(index, size, leaf, proof);
  done("included", led !== null && same(led, unbase64(root)));
  return JSON.parse(new TextDecoder().decode(entry));
}

/** Checks the leaf of an entry; calls `done` with the name of each step and whether it held. */
export async function check(index, vkey, number, shown, done) {
  const said = await proven(index, vkey, done);
  const isIt = said.type === "correction" && said.number === number;
  const beside = JSON.parse(new TextDecoder().decode(await file(`bodies/${index}`)));
  if ("redacted" in beside) {
    let held = isIt;
    const why = await proven(beside.redaction, vkey, (_name, has) => (held &&= has));
    return done("redacted", held && why.type === "redaction" && why.target === index);
  }
  const purpose = bytes(`corrigenda/${said.type}/v1\n`);
  const made = await sha256(joined(purpose, unhex(beside.salt), bytes(canonical(beside.body))));
  done("body", isIt && hex(made) === said.body && beside.body.number === number);
  return done("shown", beside.body.notice.replace(/\r\n?/g, "\n") === shown);
}

if (place && globalThis.crypto?.subtle) {
  const button = place.querySelector("button");
  const list = place.querySelector("[data-steps]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    list.hidden = false;
    for (const step of list.querySelectorAll("[data-step]")) step.hidden = true;
    const say = (name, held) => {
      list.querySelector(`[data-step="${name}${held ? "" : "-not"}"]`).hidden = false;
    };
    try {
      const notice = document.querySelector("[data-notice]")?.textContent;
      const { verify, vkey, number } = place.dataset;
      await check(Number(verify), vkey, Number(number), notice, say);
    } catch {
      say("failed", true);
    }
    say("limits", true);
    button.disabled = false;
  });
}
