// Items of a menu are dragged to their place; the buttons beside them do the same without scripts.
const form = document.querySelector("#order");
const list = form?.querySelector(".menu-items");
const INDENT = 24; // so far to the right, an item goes below the one before it

const isBelow = (row) => row.classList.contains("is-below");

/** An item, and what stands below it. */
function branch(row) {
  const rows = [row];
  while (!isBelow(row) && rows.at(-1).nextElementSibling && isBelow(rows.at(-1).nextElementSibling)) rows.push(rows.at(-1).nextElementSibling);
  return rows;
}

function topOf(row) {
  while (isBelow(row)) row = row.previousElementSibling;
  return row;
}

function send() {
  const rows = [...list.children];
  form.elements.order.value = rows.map((row) => `${row.dataset.item}:${isBelow(row) ? 1 : 0}`).join(" ");
  form.requestSubmit();
}

if (list) {
  const hint = form.querySelector("[data-with-scripts]");
  if (hint) hint.textContent = `${hint.dataset.withScripts} ${hint.textContent}`;
  let dragged = null;
  let before = []; // every item with whether it stood below, to go back to
  let from = 0;

  for (const row of list.children) row.draggable = true;

  list.addEventListener("dragstart", (event) => {
    const row = event.target.closest(".menu-item");
    if (!row) return;
    dragged = branch(row);
    before = [...list.children].map((one) => [one, isBelow(one)]);
    from = event.clientX - (isBelow(row) ? INDENT : 0);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.dataset.item);
    for (const one of dragged) one.classList.add("is-dragged");
  });

  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const over = event.target.closest(".menu-item");
    if (over && !dragged.includes(over)) {
      const box = over.getBoundingClientRect();
      // A branch goes before or behind another one, not into it.
      const target = dragged.length > 1 ? branch(topOf(over)) : [over];
      if (event.clientY < box.top + box.height / 2) target[0].before(...dragged);
      else target.at(-1).after(...dragged);
    }
    // The first item has nothing to stand below, a branch stays at the top, and among items below there is no place at the top.
    const first = dragged[0];
    const next = dragged.at(-1).nextElementSibling;
    const among = next && isBelow(next);
    const shift = document.dir === "rtl" ? from - event.clientX : event.clientX - from;
    const below = dragged.length === 1 && first.previousElementSibling && (among || shift > INDENT / 2);
    first.classList.toggle("is-below", Boolean(below));
  });

  list.addEventListener("drop", (event) => event.preventDefault());

  list.addEventListener("dragend", (event) => {
    if (!dragged) return;
    for (const one of dragged) one.classList.remove("is-dragged");
    dragged = null;
    if (event.dataTransfer.dropEffect !== "none") return send();
    // Called off by Escape, or let go elsewhere.
    list.append(...before.map(([one]) => one));
    for (const [one, below] of before) one.classList.toggle("is-below", below);
  });
}
