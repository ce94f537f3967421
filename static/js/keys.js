/* Single keys at the desk. What carries data-key="x" is reached by x: a link is followed, a fold is
   opened and its first field takes the focus, a field or a button takes the focus. Only what says
   data-at-once is pressed, which is nothing that decides, and nothing that anybody else sees. */

const bar = document.querySelector(".deskbar[data-person]");
const isOn = bar?.hasAttribute("data-keys") ?? false;
const FIELDS = "select, textarea, input:not([type=hidden])";

/** @param {Element} element */
const isShown = (element) => element.getClientRects().length > 0;

/** @param {string} selector @returns {HTMLElement[]} */
const shown = (selector) => [...document.querySelectorAll(selector)].filter(isShown);

/** @param {HTMLElement} target */
function reach(target) {
  const fold = target.tagName === "SUMMARY" ? target.closest("details") : null;
  if (fold) {
    fold.open = true;
    const field = fold.querySelector(FIELDS) ?? fold.querySelector("button") ?? target;
    target.scrollIntoView({ block: "start" });
    field.focus({ preventScroll: isWithinSight(field) });
  } else if (target.matches("a, [data-at-once]")) {
    target.click();
  } else {
    target.focus();
    if (target instanceof HTMLInputElement) target.select();
  }
}

/** @param {Element} element */
function isWithinSight(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}

/** Moves the focus along the list of cases, beginning at the one that is open. @param {number} step */
function move(step) {
  const rows = shown("[data-row]");
  const here = rows.indexOf(document.activeElement);
  const open = rows.findIndex((row) => row.getAttribute("aria-current") === "page");
  const from = here >= 0 ? here : open;
  const next = from < 0 ? (step > 0 ? 0 : rows.length - 1) : from + step;
  rows[Math.max(0, Math.min(next, rows.length - 1))]?.focus();
}

/** Sends the form that a field is in, by the button that Enter would press unless one says more. */
function send(field) {
  const form = field.closest("form");
  const button = form?.querySelector("[data-sends]") ?? form?.querySelector("[type=submit]");
  if (button) form.requestSubmit(button);
}

/** @param {KeyboardEvent} event */
function press(event) {
  const target = event.target instanceof Element ? event.target : document.body;
  // A key that completes a character, as in Chinese or Japanese, belongs to what is typed.
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    if (!event.repeat) send(target);
    event.preventDefault();
    return;
  }
  const isTyping = target.closest("input, select, textarea, [contenteditable]") !== null;
  if (isTyping && event.key === "Escape") target.blur();
  if (!isOn || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "j" || event.key === "k") {
    move(event.key === "j" ? 1 : -1);
  } else {
    if (event.repeat || event.key.length !== 1) return;
    const [found] = shown(`[data-key="${CSS.escape(event.key)}"]`);
    if (!found) return;
    reach(found);
  }
  event.preventDefault();
}

if (bar) {
  document.addEventListener("keydown", press);
  for (const opener of document.querySelectorAll("[data-opens]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => {
      document.getElementById(opener.dataset.opens).showModal();
    });
  }
}
if (isOn) {
  document.documentElement.classList.add("has-keys");
  for (const target of document.querySelectorAll("[data-key]")) {
    target.setAttribute("aria-keyshortcuts", target.dataset.key);
  }
}
