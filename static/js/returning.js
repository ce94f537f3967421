/** Tells a reader who comes back what was corrected since; the words are the page's. */

/**
 * @param {HTMLElement[]} news the entries of the log since then, newest first
 * @param {import("./article.js").Reading} last
 * @param {() => void} forget
 */
export function tell(news, [slug, version, , at], forget) {
  const place = document.getElementById("since");
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("returning"));
  const banner = document.importNode(template.content, true);
  const wanted = caseOf(news);
  for (const line of banner.querySelectorAll(`[data-case]:not([data-case="${wanted}"])`)) {
    line.remove();
  }
  const { lang } = document.documentElement;
  // The pages write the day before the month, which plain "en" would not.
  const locale = lang === "en" ? "en-GB" : lang;
  const day = new Date(at).toLocaleDateString(locale, { dateStyle: "long" });
  banner.querySelector("time").replaceWith(day);
  const link = banner.querySelector("a");
  const compare = link.href.replace(/\d+(?=\.\.\d+$)/, version);
  link.href = wanted === "several" ? compare : news[0].querySelector("a").href;
  banner.querySelector("button").addEventListener("click", () => {
    forget();
    place.firstElementChild.textContent = template.dataset.forgotten;
    // The button that had the focus is gone.
    place.focus();
  });
  place.append(banner);
}

/** @param {HTMLElement[]} news */
function caseOf(news) {
  const kinds = news.map((entry) => entry.dataset.kind);
  if (kinds.includes("retraction")) return "retraction";
  if (kinds.every((kind) => kind === "update")) return "update";
  return kinds.length > 1 ? "several" : "one";
}
