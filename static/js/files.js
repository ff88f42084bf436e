// Files in the editor: dropped or pasted into the text they are uploaded, and what shows them is written there; others are chosen
// from the library in a dialog, by other forms with fields for pictures too. Without this file the library opens in a tab of its own,
// and says what to write.
import { filesOf, send } from "./upload.js";

const form = document.querySelector("[data-editor], [data-picks]");
const body = form?.querySelector("#body");
const dialog = document.getElementById("file-dialog");
const status = document.getElementById("file-status");

/** Writes text over the choice of a field, undoable like typing. */
function write(field, text) {
  field.focus();
  document.execCommand("insertText", false, text);
}

/** Puts one text in place of another, wherever it stands by now; the cursor stays where it is. */
function exchange(field, old, text) {
  const at = field.value.indexOf(old);
  if (at < 0) return;
  const moved = text.length - old.length;
  const [start, end] = [field.selectionStart, field.selectionEnd].map((place) => (place >= at + old.length ? place + moved : place));
  field.setSelectionRange(at, at + old.length);
  write(field, text);
  field.setSelectionRange(start, end);
}

async function take(files) {
  for (const file of files) {
    const waiting = `[Uploading ${file.name || "a picture"}…]`;
    write(body, `${waiting}\n`);
    const answer = await send(file, form.elements.token.value, "");
    const [shown] = answer.files;
    exchange(body, shown ? waiting : `${waiting}\n`, shown ? shown.markdown : "");
    if (!shown) status.textContent = answer.refused.map((one) => `${one.name}: ${one.why}`).join(" ");
    else status.textContent = `${shown.name} is in the text.`;
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

if (form && body && status && "upload" in form.dataset) {
  body.addEventListener("dragover", (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault());
  body.addEventListener("drop", (event) => {
    const files = filesOf(event.dataTransfer);
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
  });
  body.addEventListener("paste", (event) => {
    const files = filesOf(event.clipboardData);
    if (files.length === 0 || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    take(files);
  });
}

/** Shows a page of the library in the dialog. */
async function open(address) {
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById("picker");
  if (!found) return location.assign(address);
  // Its fields have ids of their own page.
  for (const field of found.querySelectorAll("[id]:not(#picker)")) field.id = `pick-${field.id}`;
  for (const label of found.querySelectorAll("[for]")) label.htmlFor = `pick-${label.htmlFor}`;
  dialog.querySelector("[data-files]").replaceChildren(found);
  if (!dialog.open) dialog.showModal();
}

if (form && dialog) {
  let into = body;
  form.addEventListener("click", (event) => {
    const link = event.target.closest("[data-pick]");
    if (!link) return;
    event.preventDefault();
    into = document.getElementById(link.dataset.pick);
    open(link.href);
  });
  dialog.addEventListener("submit", (event) => {
    if (event.target.method === "dialog") return;
    event.preventDefault();
    open(`${event.target.action}?${new URLSearchParams(new FormData(event.target))}`);
  });
  dialog.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    event.preventDefault();
    if (!link.dataset.markdown) return open(link.href);
    dialog.close();
    if (into === body) return write(body, link.dataset.markdown);
    into.value = link.dataset.address;
    const alt = document.getElementById("image_alt");
    if (alt && alt.value === "") alt.value = link.dataset.alt;
    into.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
