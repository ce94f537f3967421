/* Proof of work, when many reports come in: see app/rules/proof_of_work.py for what counts. */

const BITS = 13;

/** Finds a text for which SHA-256 of `challenge:text` begins with BITS zero bits. */
export async function prove(challenge) {
  const encoder = new TextEncoder();
  for (let proof = 0; ; proof += 1) {
    const bytes = encoder.encode(`${challenge}:${proof}`);
    const digest = new DataView(await crypto.subtle.digest("SHA-256", bytes));
    if (digest.getUint32(0) >>> (32 - BITS) === 0) return String(proof);
  }
}

// Only a secure context has Web Crypto; without it the report goes to quarantine, not astray.
const form = document.querySelector("form[data-work]");
if (form && globalThis.crypto?.subtle) {
  prove(form.dataset.work).then((proof) => {
    form.elements.namedItem("work").value = proof;
  });
}
