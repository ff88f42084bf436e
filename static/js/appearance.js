// The preview follows the form, the colour fields follow each other, and a picture is uploaded when it is chosen. Without scripts the
// Preview button does the first, and saving the last.
import { send } from "./upload.js";

const form = document.querySelector("#appearance");
const attempt = document.querySelector("#try");
const hint = document.querySelector(".look-frame [data-with-scripts]");
const PAUSE = 400; // milliseconds without a change

hint.textContent = hint.dataset.withScripts;

let waiting = 0;
function later() {
  clearTimeout(waiting);
  waiting = setTimeout(() => form.requestSubmit(attempt), PAUSE);
}

for (const pick of form.querySelectorAll("input[type=color]")) {
  const field = document.getElementById(pick.dataset.for);
  pick.addEventListener("input", () => { field.value = pick.value; });
  field.addEventListener("input", () => {
    if (/^#[0-9a-f]{6}$/i.test(field.value)) pick.value = field.value;
    form.elements[`${pick.name}_was`].value = pick.value; // what is typed last counts
  });
}

/** Shows the picture at an address in place of what was shown. */
function show(box, address) {
  const place = box.querySelector(".picked-now");
  if (!address.startsWith("/files/")) return place.replaceChildren();
  const picture = document.createElement("img");
  picture.src = address;
  picture.alt = "The picture that is chosen now";
  place.replaceChildren(picture);
}

for (const box of form.querySelectorAll("[data-picked]")) {
  const choice = box.querySelector("input[type=file]");
  const field = document.getElementById(choice.dataset.for);
  const told = box.querySelector("[data-told]");
  field.addEventListener("input", () => show(box, field.value));
  choice.addEventListener("change", async () => {
    const [file] = choice.files;
    if (!file) return;
    told.textContent = `Uploading ${file.name}…`;
    const { files: [added], refused: [refused] } = await send(file, form.elements.token.value, "");
    choice.value = ""; // it is in the library now, or never will be
    told.textContent = added ? `${added.name} is in the library. Save to show it to visitors.` : refused.why;
    if (!added) return;
    field.value = added.address;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

form.addEventListener("input", (event) => event.target.type === "file" || later());
form.addEventListener("submit", (event) => { if (event.submitter !== attempt) clearTimeout(waiting); });
