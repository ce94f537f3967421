/* Keeps what is typed at the desk in this browser, for each person, form and field, so that a lost
   session or a crash loses nothing. It is forgotten when it was sent, on signing out, and after a
   week. Only the texts of forms with data-draft are kept: never a password.
   A draft knows in place of what it was typed. Where something else stands by now, such as the
   text of a newer version, it is offered and not put in. */

/** @typedef {{ text: string, was: string, at: number }} Draft what was typed, in place of what, and when */

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

/** @param {Storage} kept @param {string} key @returns {Draft | null} */
function read(kept, key) {
  try {
    const { text, was = "", at } = JSON.parse(kept.getItem(key));
    return typeof text === "string" ? { text, was, at } : null;
  } catch {
    return null; // nothing yet, or spoilt
  }
}

/** @param {Storage} kept @param {string} key @param {string} text @param {string} was */
function write(kept, key, text, was) {
  try {
    if (isSame(text, was)) kept.removeItem(key);
    else kept.setItem(key, JSON.stringify({ text, was, at: Date.now() }));
  } catch {
    // The browser's room is used up; what is typed still stands in its field.
  }
}

/** The server leaves out white space at either end. @param {string} one @param {string} other */
const isSame = (one, other) => one.trim() === other.trim();

/** @param {HTMLTextAreaElement | HTMLInputElement} field @param {Storage} kept */
function watch(field, kept) {
  const key = `${PREFIX} ${person} ${new URL(field.form.action).pathname} ${field.name}`;
  const draft = read(kept, key);
  const served = field.value;
  const isBack = draft && isSame(draft.text, served); // it was sent, and is shown again
  const was = isBack ? draft.was : served;
  field.addEventListener("input", () => write(kept, key, field.value, was));
  if (!draft || isBack) return;
  const said = say(field, draft, () => kept.removeItem(key));
  if (isSame(draft.was, served)) restore(field, draft, said);
}

/** Offers a draft beside its field, with a way to use it and one to discard it. */
function say(field, draft, forgetIt) {
  const said = note.content.firstElementChild.cloneNode(true);
  const [use, discard] = said.querySelectorAll("button");
  const served = field.value;
  const put = (text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  };
  said.querySelector("span").textContent = note.dataset.offered.replace("{time}", clock(draft.at));
  use.addEventListener("click", () => {
    restore(field, draft, said);
    put(draft.text);
  });
  discard.addEventListener("click", () => {
    if (use.hidden) put(served);
    forgetIt();
    said.remove();
    field.focus();
  });
  field.after(said);
  unfold(field);
  return said;
}

/** Puts a draft back into its field, and says so. */
function restore(field, { text, at }, said) {
  field.value = text;
  said.querySelector("span").textContent = note.dataset.restored.replace("{time}", clock(at));
  said.querySelector("button").hidden = true;
}

function unfold(field) {
  const fold = field.closest("details");
  if (fold) fold.open = true;
}

/** Writes the time of a draft, with its day where that is not today. @param {number} at */
function clock(at) {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  const style = isToday ? {} : { day: "numeric", month: "long" };
  const { lang } = document.documentElement;
  // The pages write 14:30, which plain "en" would not.
  const locale = lang === "en" ? "en-GB" : lang;
  return new Intl.DateTimeFormat(locale, { ...style, hour: "2-digit", minute: "2-digit" }).format(at);
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
