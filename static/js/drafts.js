/* Keeps what is typed at the desk in this browser, for each person, form and field, so that a lost
   session or a crash loses nothing. It is forgotten when it was sent, on signing out, and after a
   week. Only the texts of forms with data-draft are kept: never a password. */

const PREFIX = "draft";
const A_WEEK = 7 * 24 * 60 * 60 * 1000;
const FIELDS = "textarea:not([readonly]), input[type=text]";

const person = document.querySelector(".deskbar")?.dataset.person;
const note = document.getElementById("draft-note");

/** Private windows may refuse to keep anything: then there are no drafts. */
function store() {
  try {
    localStorage.setItem(PREFIX, "");
    localStorage.removeItem(PREFIX);
    return localStorage;
  } catch {
    return null;
  }
}

/** @param {Storage} kept @param {(key: string, at: number) => boolean} isOver */
function forget(kept, isOver) {
  for (const key of Object.keys(kept).filter((name) => name.startsWith(`${PREFIX} `))) {
    if (isOver(key, read(kept, key)?.at ?? 0)) kept.removeItem(key);
  }
}

/** @param {Storage} kept @param {string} key @returns {{text: string, at: number} | null} */
function read(kept, key) {
  try {
    return JSON.parse(kept.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** @param {Storage} kept @param {string} key @param {string} text */
function write(kept, key, text) {
  try {
    if (text.trim()) kept.setItem(key, JSON.stringify({ text, at: Date.now() }));
    else kept.removeItem(key);
  } catch {
    // The browser's room is used up; what is typed still stands in its field.
  }
}

/** @param {HTMLTextAreaElement | HTMLInputElement} field @param {Storage} kept */
function watch(field, kept) {
  const key = `${PREFIX} ${person} ${new URL(field.form.action).pathname} ${field.name}`;
  const draft = read(kept, key);
  if (field.value) write(kept, key, field.value);
  else if (draft?.text) restore(field, draft, () => kept.removeItem(key));
  field.addEventListener("input", () => write(kept, key, field.value));
}

/** Puts a draft back into its field, and says so with a way to discard it. */
function restore(field, { text, at }, discard) {
  field.value = text;
  const fold = field.closest("details");
  if (fold) fold.open = true;
  const said = note.content.firstElementChild.cloneNode(true);
  said.querySelector("span").textContent = note.dataset.restored.replace("{time}", clock(at));
  said.querySelector("button").addEventListener("click", () => {
    field.value = "";
    discard();
    said.remove();
    field.focus();
  });
  field.after(said);
}

/** Writes the time of a draft, with its day where that is not today. @param {number} at */
function clock(at) {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  const style = isToday ? {} : { day: "numeric", month: "long" };
  const { lang } = document.documentElement;
  return new Intl.DateTimeFormat(lang, { ...style, hour: "2-digit", minute: "2-digit" }).format(at);
}

const kept = person && note ? store() : null;
if (kept) {
  const sent = [...document.querySelectorAll("[data-sent]")].map((said) => said.dataset.sent);
  const own = `${PREFIX} ${person} `;
  forget(kept, (key, at) => Date.now() - at > A_WEEK);
  forget(kept, (key) => sent.some((path) => key.startsWith(`${own}${path} `)));
  for (const field of document.querySelectorAll("form[data-draft]")) {
    for (const each of field.querySelectorAll(FIELDS)) watch(each, kept);
  }
  document.querySelector("[data-forgets-drafts]")?.addEventListener("submit", () => {
    forget(kept, (key) => key.startsWith(own));
  });
}
