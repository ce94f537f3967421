/* Fills a canned explanation in as soon as it is chosen, by arrow or by digit, to be read and
   edited. Without this, “Use this text” does it. Own words are never written over. */

const choice = document.querySelector("select[data-canned]");

/** @param {HTMLSelectElement} select */
function offer(select) {
  const { detail, explanation, reason } = select.form.elements;
  const texts = [...select.options].map((option) => option.dataset.text ?? "");

  const fill = () => {
    const { text = "", reason: kind = "", detail: stated = "" } = select.selectedOptions[0].dataset;
    if (!text) return;
    const typed = explanation.value.trim();
    const isOwn = typed !== "" && !texts.includes(typed) && !typed.endsWith(text);
    explanation.value = isOwn ? `${typed}\n\n${text}` : text;
    if (kind) reason.value = kind;
    if (stated && !detail.value) detail.value = stated;
    explanation.dispatchEvent(new Event("input", { bubbles: true }));
  };

  select.addEventListener("change", fill);
  select.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!/^[1-9]$/.test(event.key) || !select.options[Number(event.key)]) return;
    event.preventDefault();
    select.selectedIndex = Number(event.key);
    fill();
    // Whoever sends it has it before them: the text, and the place that is still to be filled.
    explanation.focus();
    const gap = explanation.value.search(/\{[a-z]+\}/);
    if (gap >= 0) explanation.setSelectionRange(gap, explanation.value.indexOf("}", gap) + 1);
    else explanation.setSelectionRange(0, 0);
    explanation.scrollIntoView({ block: "center" });
  });
  select.form.querySelector("[value=use]").hidden = true;
}

if (choice) offer(choice);
