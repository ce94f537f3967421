/**
 * What an article's page adds to itself in the browser: an offer to report what is selected, and
 * word of what was corrected since the last visit. Either is fetched only when it is wanted.
 */

/**
 * That an article was read: its slug, the version, the newest entry of its log, when, and the
 * reading before, if there was something to tell.
 * @typedef {[slug: string, version: string, entry: number, at: number, before?: Reading]} Reading
 */

const KEY = "corrigenda.read";
const MOST = 200;

const parts = [...document.querySelectorAll("[data-text]")];
const size = () => parts.reduce((sum, part) => sum + part.textContent.length, 0);
const served = size();

function look() {
  const selection = getSelection();
  if (selection.isCollapsed || !parts.some((part) => selection.containsNode(part, true))) return;
  document.removeEventListener("selectionchange", look);
  // A browser that translates a page rewrites it, and positions in that text would mislead.
  import("./passage.js").then((passage) => passage.offer(() => size() === served));
}

/** @returns {Reading[]} */
function readings() {
  try {
    return JSON.parse(localStorage.getItem(KEY)).filter(Array.isArray);
  } catch {
    return []; // nothing yet, or spoilt
  }
}

/** @param {string} slug @param {string} version */
function remember(slug, version) {
  const entries = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-number]")]);
  const kept = readings();
  const found = kept.find((reading) => reading[0] === slug);
  // Who reloads the page, or goes back to it, is still reading, and is told the same again.
  const [{ type }] = /** @type {PerformanceNavigationTiming[]} */ (
    performance.getEntriesByType("navigation")
  );
  const last = (type !== "navigate" && found?.[4]) || found;
  const news = entries.filter(
    ({ dataset }) => last && Number(dataset.number) > last[2] && dataset.kind !== "minor",
  );
  /** @type {Reading} */
  const reading = [slug, version, Number(entries[0]?.dataset.number ?? 0), Date.now()];
  if (news.length) reading.push(/** @type {Reading} */ (last.slice(0, 4)));
  const others = kept.filter((other) => other !== found).slice(1 - MOST);
  localStorage.setItem(KEY, JSON.stringify([...others, reading]));
  if (!news.length) return;
  const forget = () => localStorage.removeItem(KEY);
  import("./returning.js").then((returning) => returning.tell(news, last, forget));
}

document.addEventListener("selectionchange", look);
const { slug, version } = document.querySelector("article").dataset;
try {
  if (slug) remember(slug, version);
} catch {
  // Storage that is full or forbidden leaves a reader without this, and with the article.
}
