/** Offers to report the words that a reader selects. */

import { place } from "./beside.js";
import { ranges, read, span } from "./text.js";

// What the form takes for a passage, in characters.
const LONGEST = 2000;
// After so many milliseconds without a change a selection is meant.
const SETTLED = 200;

const template = /** @type {HTMLTemplateElement} */ (document.getElementById("passage-offer"));
const parts = document.importNode(template.content, true);
const link = parts.querySelector("a");
const said = parts.querySelector("span");
const announcement = said.textContent;
const version = read();

/** @type {Range[]} */
let shown = [];
let isPressed = false;
let waiting = 0;

/**
 * Begin to watch what is selected.
 * @param {() => boolean} isAsServed whether the page still says what the server sent
 */
export function offer(isAsServed) {
  const look = () => {
    // Pressing the link may clear the selection before the link is followed.
    if (isPressed || document.activeElement === link) return;
    const selection = getSelection();
    const found = selection.isCollapsed ? null : span(version, selection.getRangeAt(0));
    const address = new URL(link.href);
    const { start, end } = found ?? { start: 0, end: 0 };
    address.searchParams.set("start", `${start}`);
    address.searchParams.set("end", `${end}`);
    // It is as it was, or as it was when the offer was dismissed.
    if (link.href === address.href) return;
    link.href = address.href;
    withdraw();
    if (found && end - start <= LONGEST && isAsServed()) show(ranges(version.runs, start, end));
  };
  const settle = () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, SETTLED);
  };
  const hold = (/** @type {Event} */ event) => {
    isPressed = event.type === "pointerdown";
    settle();
  };
  withdraw();
  document.querySelector("main").append(said);
  for (const type of ["pointerdown", "pointerup", "pointercancel"]) {
    document.addEventListener(type, hold);
  }
  document.addEventListener("selectionchange", settle);
  document.addEventListener("keydown", press);
  addEventListener("scroll", put);
  addEventListener("resize", put);
  // The link takes neither the focus nor the selection from where they are.
  link.addEventListener("mousedown", (event) => event.preventDefault());
  settle();
}

/** @param {Range[]} found */
function show(found) {
  shown = found;
  // After the paragraph in which the passage ends, where the keyboard goes on from it.
  const last = shown[shown.length - 1].endContainer.parentElement;
  last.closest(".prose > *, .keypoints, .picture, .article-head").after(link);
  said.textContent = announcement;
  put();
}

function put() {
  if (link.isConnected) place(link, shown.flatMap((range) => [...range.getClientRects()]));
}

function withdraw() {
  said.textContent = "";
  link.remove();
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (!link.isConnected) return;
  if (event.key === "Escape") withdraw();
  if (event.key === "Tab" && !event.shiftKey && document.activeElement !== link) {
    // The next stop after a selection, wherever the focus was when it was made.
    event.preventDefault();
    link.focus();
  }
}
