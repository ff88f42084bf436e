// The tree of pages: a page is dragged before or after one of its siblings. Without this file the buttons Up and Down do it.

const tree = document.querySelector("[data-tree]");
let dragged = null;

/** The line under the pointer, if the dragged page may go beside it: siblings only. */
function sibling(event) {
  const row = event.target.closest?.("[data-page]");
  return row && dragged && row !== dragged && row.dataset.above === dragged.dataset.above ? row : null;
}

function isLowerHalf(row, event) {
  const box = row.getBoundingClientRect();
  return event.clientY > box.top + box.height / 2;
}

function clear() {
  for (const row of tree.querySelectorAll(".is-before, .is-after")) row.classList.remove("is-before", "is-after");
}

/** Sends what the buttons send. */
function send(page, to, beside) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = `/admin/pages/${page}/position`;
  for (const [name, value] of Object.entries({ token: tree.dataset.token, back: tree.dataset.back, to, beside })) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

for (const row of tree?.querySelectorAll("[data-page]") ?? []) {
  const siblings = tree.querySelectorAll(`[data-above="${row.dataset.above}"]`);
  if (siblings.length > 1) row.draggable = true;
}

tree?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("tr[data-page]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.querySelector(".where")?.textContent ?? "");
  dragged.classList.add("is-dragged");
});

tree?.addEventListener("dragover", (event) => {
  const row = sibling(event);
  clear();
  if (!row) return;
  event.preventDefault();
  row.classList.add(isLowerHalf(row, event) ? "is-after" : "is-before");
});

tree?.addEventListener("drop", (event) => {
  const row = sibling(event);
  if (!row) return;
  event.preventDefault();
  send(dragged.dataset.page, isLowerHalf(row, event) ? "after" : "before", row.dataset.page);
});

tree?.addEventListener("dragend", () => {
  clear();
  dragged?.classList.remove("is-dragged");
  dragged = null;
});
