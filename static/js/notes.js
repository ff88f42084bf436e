// Words that are selected in the text become the passage of the note. Without this file they are copied by hand.
// What is around them and where they begin go along, counted in characters as the server counts them.
const CONTEXT = 32;
const text = document.querySelector("[data-passages]");
const form = document.querySelector("#leave-note");

/** The text from the beginning to a boundary of the selection. */
function before(range) {
  const lead = document.createRange();
  lead.setStart(text, 0);
  lead.setEnd(range.startContainer, range.startOffset);
  return lead.toString();
}

/** The selection, if it lies in the text. */
function picked() {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  return text.contains(range.commonAncestorContainer) && range.toString().trim() !== "" ? range : null;
}

if (text && form) {
  const field = (name) => form.elements.namedItem(name);
  const hint = form.querySelector("[data-with-scripts]");
  hint.textContent = hint.dataset.withScripts;

  const pick = document.createElement("button");
  pick.type = "button";
  pick.className = "button is-primary note-pick";
  pick.textContent = "Note on this passage";
  pick.hidden = true;
  document.body.append(pick);

  const take = () => {
    const range = picked();
    pick.hidden = !range;
    if (!range) return;
    const [lead, quote] = [before(range), range.toString()];
    field("quote").value = quote.trim();
    field("position").value = String([...lead].length);
    field("prefix").value = [...lead].slice(-CONTEXT).join("");
    field("suffix").value = [...text.textContent.slice(lead.length + quote.length, lead.length + quote.length + 4 * CONTEXT)].slice(0, CONTEXT).join("");
  };
  document.addEventListener("selectionchange", take);
  pick.addEventListener("click", () => {
    pick.hidden = true;
    form.scrollIntoView({ block: "nearest" });
    (form.querySelector("[data-guest-name]:placeholder-shown, [data-guest-name][value='']") ?? field("body")).focus();
  });
  // Typed by hand, it is looked for anywhere.
  field("quote").addEventListener("input", () => {
    for (const name of ["position", "prefix", "suffix"]) field(name).value = "";
  });

  // A guest gives the name once.
  const names = document.querySelectorAll("[data-guest-name]");
  for (const name of names) {
    name.value ||= sessionStorage.getItem("guest-name") ?? "";
    name.addEventListener("change", () => sessionStorage.setItem("guest-name", name.value));
  }
}
