/* The publish workspace, live: what the difference, the advice and the previews say follows what is typed. */

const PAUSE = 500; // milliseconds without a key, after which the server is asked

const form = document.querySelector("form[data-publish]");
let timer;
let asked;

/** Asks the server for the page as it would be, and takes over the parts that follow the form. */
async function refresh() {
  asked?.abort();
  asked = new AbortController();
  const typed = new FormData(form);
  typed.set("do", "preview");
  try {
    const answer = await fetch(form.action, { method: "POST", body: typed, signal: asked.signal });
    if (answer.redirected) return; // signed out: sending the form says so, and loses nothing
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) replace(part, page);
    offer();
  } catch (problem) {
    if (problem.name !== "AbortError") return; // offline: “Show the difference” still works
  }
}

/** Puts a part of the new page in the place of the old one, with what was folded open kept so. */
function replace(part, page) {
  const fresh = page.getElementById(part.id);
  if (!fresh || fresh.innerHTML === part.innerHTML) return;
  const open = [...part.querySelectorAll("details")].map((each) => each.open);
  fresh.querySelectorAll("details").forEach((each, index) => {
    if (open[index] !== undefined) each.open = open[index];
  });
  part.replaceChildren(...fresh.childNodes);
}

function offer() {
  for (const button of form.querySelectorAll("button[data-fill]")) button.hidden = false;
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE);
}

if (form) {
  offer();
  form.addEventListener("input", later);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-fill]");
    if (!button) return;
    const field = form.elements.namedItem(button.dataset.fill);
    field.value = document.getElementById(button.dataset.from).textContent;
    field.dispatchEvent(new Event("input", { bubbles: true })); // also for the draft
    field.focus();
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  // What drafts.js put back is not in the page that the server made.
  const texts = [...form.querySelectorAll("textarea, input[type=text]")];
  if (texts.some((field) => field.value !== field.defaultValue)) later();
}
