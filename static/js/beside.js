/** Finds a place for something beside a passage, where it covers none of it. */

const GAP = 8;
// On a touch screen the handles hang below a selection, and the system's menu stands above it.
const HANDLES = 48;
const MENU = 96;

/**
 * Put a box below or above a passage, or at the edge of the screen where there is no room.
 * @param {HTMLElement} box
 * @param {DOMRect[]} rects where the passage stands, in reading order
 */
export function place(box, rects) {
  const { style, classList, offsetWidth: width, offsetHeight: height } = box;
  const top = Math.min(...rects.map((rect) => rect.top));
  const bottom = Math.max(...rects.map((rect) => rect.bottom));
  const edge = innerHeight - GAP - height;
  const isTouch = matchMedia("(pointer: coarse)").matches;
  const below = bottom + (isTouch ? HANDLES : GAP);
  const choices = isTouch ? [below, edge, top - MENU - height] : [below, top - GAP - height];
  // Where the system's menu finds no room above the passage, it stands below.
  if (isTouch && top < MENU) choices.shift();
  const isFree = (/** @type {number} */ y) =>
    y >= GAP && y <= edge && (y >= bottom || y + height <= top);
  const isSeen = bottom > 0 && top < innerHeight;
  const y = isSeen ? (choices.find(isFree) ?? edge) : below;

  style.translate = "none";
  classList.toggle("offer-edge", y === edge);
  if (y === edge) return;
  const { left, right } = y < top ? rects[0] : rects[rects.length - 1];
  const most = document.documentElement.clientWidth - GAP - width;
  const x = Math.max(GAP, Math.min((left + right - width) / 2, most));
  // What the box is positioned in differs from place to place, so count from where it is.
  const origin = box.getBoundingClientRect();
  style.translate = `${x - origin.left}px ${y - origin.top}px`;
}
