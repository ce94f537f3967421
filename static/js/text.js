/**
 * The text of a version, read from its page: the same, to the character, as `version_text` in
 * app/rules/passages.py. Positions count code points from 0, as Python does.
 */

/**
 * Characters of one text node with no white space among them.
 * @typedef {object} Run
 * @property {Text} node
 * @property {number} from where they begin in the node, in UTF-16 units
 * @property {number} to
 * @property {number} at where they begin in the text of the version
 * @property {number} end
 */

/** `TEXT_BLOCKS` of app/rules/markup.py: where one begins or ends, a line does. */
export const BLOCKS = new Set(
  "p h2 h3 h4 ul ol li blockquote pre figure figcaption table caption thead tbody tfoot tr th td dl dt dd hr section".split(" "),
);
const NOT_TEXT = ".marginal, .caret, .offer";

// What is not white space to a browser: a no-break space stays.
const SOLID = /[^ \t\n\r\f]+/g;
const GAPS = ["", " ", "\n", "\n\n"];

/**
 * The characters of a version, one code point each, and where they come from in its page.
 * @typedef {{ points: string[], runs: Run[] }} VersionText
 */

/**
 * Read the parts marked `data-text`, in their order.
 * @param {ParentNode} page
 */
export function read(page = document) {
  /** @type {VersionText} */
  const { points, runs } = { points: [], runs: [] };
  let gap = 0;
  /** @param {number} width */
  const widen = (width) => (gap = Math.max(gap, width));

  /** @param {Text} node */
  const take = (node) => {
    let from = 0;
    for (const { 0: word, index } of node.data.matchAll(SOLID)) {
      if (index > from) widen(1);
      points.push(...(points.length ? GAPS[gap] : ""));
      const at = points.length;
      from = index + word.length;
      points.push(...word);
      runs.push({ node, from: index, to: from, at, end: points.length });
      gap = 0;
    }
    if (from < node.length) widen(1);
  };

  /** @param {Node} node */
  const visit = (node) => {
    if (node instanceof Text) take(node);
    if (!(node instanceof Element) || node.matches(NOT_TEXT)) return;
    const width = node.localName === "br" ? 1 : BLOCKS.has(node.localName) ? 2 : 0;
    widen(width);
    node.childNodes.forEach(visit);
    widen(width);
  };

  for (const part of /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll("[data-text]"))) {
    widen(3);
    for (const child of part.childNodes) {
      visit(child);
      if (part.dataset.text === "body") widen(3);
    }
  }
  return { points, runs };
}

/**
 * Return where the words of a range stand, without white space at either end, or null where
 * there are none.
 * @param {VersionText} version
 * @param {Range} range
 */
export function span({ points, runs }, range) {
  let start = -1;
  let end = -1;
  for (const { node, from, to, at } of runs) {
    if (!range.intersectsNode(node)) continue;
    const first = node === range.startContainer ? Math.max(from, range.startOffset) : from;
    const last = node === range.endContainer ? Math.min(to, range.endOffset) : to;
    if (first >= last) continue;
    if (start < 0) start = at + [...node.data.slice(from, first)].length;
    end = at + [...node.data.slice(from, last)].length;
  }
  const quote = points.slice(start, end).join("");
  start += quote.length - quote.trimStart().length;
  end -= quote.length - quote.trimEnd().length;
  return quote.trim() ? { start, end } : null;
}

/**
 * Return the ranges that a span of positions covers, one for each run.
 * @param {Run[]} runs
 * @param {number} start
 * @param {number} end
 */
export function ranges(runs, start, end) {
  const covered = runs.filter((run) => start < run.end && run.at < end);
  return covered.map(({ node, from, to, at }) => {
    const word = [...node.data.slice(from, to)];
    const offset = (/** @type {number} */ position) =>
      from + word.slice(0, Math.max(0, position - at)).join("").length;
    const range = document.createRange();
    range.setStart(node, offset(start));
    range.setEnd(node, offset(end));
    return range;
  });
}
