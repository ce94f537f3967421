/* Keeps the queue up to date while somebody looks at it: asks a cheap address whether anything has
   changed, fetches the page when it has, and puts the new list in the place of the old one. What is
   ticked, what has the focus, and where the page stands remain. Without this, “Reload” does it. */

const EVERY = 10_000;
const PARTS = ["queue-views", "queue-about", "queue-list"];

const list = document.querySelector("[data-live]");
const news = document.getElementById("queue-news");
const bulk = document.getElementById("bulk");

/** @returns {string[]} the references of the cases that are shown */
const shown = () => [...list.querySelectorAll("tr[data-case]")].map((row) => row.dataset.case);

/** @param {string} reference @returns {HTMLElement | null} */
const rowOf = (reference) => list.querySelector(`tr[data-case="${CSS.escape(reference)}"]`);

const ticks = () => [...list.querySelectorAll("[data-tick]")];

/** Asks whether anything has changed since `stamp`; returns the new stamp, or nothing. */
async function changed(stamp) {
  const answer = await fetch(list.dataset.live, {
    cache: "no-store",
    headers: { "If-None-Match": `"${stamp}"` },
  });
  if (answer.redirected) throw new Error("signed out");
  return answer.status === 200 ? (answer.headers.get("ETag") ?? "") : "";
}

async function renew() {
  const answer = await fetch(list.dataset.here, { cache: "no-store" });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.querySelector("[data-live]");
  if (!next) return;
  const before = new Set(shown());
  const restore = remembered();
  for (const id of PARTS) document.getElementById(id)?.replaceWith(page.getElementById(id) ?? "");
  list.dataset.stamp = next.dataset.stamp;
  restore();
  if (bulk) bulk.hidden = !list.querySelector("[data-tick]");
  prepare();
  tell(shown().filter((reference) => !before.has(reference)).length);
}

/** Remembers the focus, the ticks and the place of the page; returns what puts them back. */
function remembered() {
  const focused = document.activeElement;
  const row = focused?.closest("tr[data-case]");
  const place = row && [...row.querySelectorAll("a, button, input")].indexOf(focused);
  const view = focused?.closest("[data-view]")?.dataset.view;
  // A tick keeps the version of the case that was seen when it was made: if the case has changed
  // since, the desk says so instead of doing to it what nobody has looked at.
  const ticked = new Map(ticks().filter((box) => box.checked).map((box) => [caseOf(box), box.value]));
  const anchor = row ?? [...list.querySelectorAll("tr[data-case]")].find(isInSight);
  const top = anchor?.getBoundingClientRect().top;
  return () => {
    for (const box of ticks().filter((each) => ticked.has(caseOf(each)))) {
      box.checked = true;
      box.value = ticked.get(caseOf(box));
    }
    const now = anchor && rowOf(anchor.dataset.case);
    if (now) scrollBy({ top: now.getBoundingClientRect().top - top, behavior: "instant" });
    const parts = row && rowOf(row.dataset.case)?.querySelectorAll("a, button, input");
    const target = parts?.[Math.min(place, parts.length - 1)];
    if (target) target.focus({ preventScroll: true });
    else if (view) list.ownerDocument.querySelector(`[data-view="${view}"]`)?.focus();
  };
}

/** @param {Element} box */
const caseOf = (box) => box.closest("tr").dataset.case;

/** @param {Element} element */
const isInSight = (element) => element.getBoundingClientRect().bottom > 0;

/** @param {number} number of cases that were not there before */
function tell(number) {
  const { one, more } = list.dataset;
  if (number) news.textContent = number === 1 ? one : more.replace("{number}", String(number));
}

/** Offers to tick all, and counts what is ticked. */
function prepare() {
  const all = list.querySelector("[data-tick-all]");
  if (!all) return;
  all.hidden = false;
  all.firstElementChild.addEventListener("change", (event) => {
    for (const box of ticks()) box.checked = event.target.checked;
    count();
  });
  count();
}

function count() {
  const number = ticks().filter((box) => box.checked).length;
  const said = bulk?.querySelector("[data-ticked]");
  if (!said) return;
  said.textContent = String(number);
  said.hidden = number === 0;
}

/** Says whether a claim that is shown has ended, which changes nothing in the database. */
function hasEnded() {
  const ends = [...list.querySelectorAll("[data-until]")].map((row) => Date.parse(row.dataset.until));
  return ends.some((end) => end <= Date.now());
}

let isBusy = false;

async function look() {
  if (document.visibilityState !== "visible" || isBusy) return;
  isBusy = true;
  try {
    if ((await changed(list.dataset.stamp)) || hasEnded()) await renew();
  } catch (error) {
    if (error instanceof Error && error.message === "signed out") {
      news.textContent = list.dataset.away;
      clearInterval(timer);
    }
    // Without a connection, the next round asks again.
  }
  isBusy = false;
}

const timer = list && news ? setInterval(look, EVERY) : 0;
if (timer) {
  document.addEventListener("visibilitychange", look);
  list.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick]")) count();
  });
  prepare();
}
