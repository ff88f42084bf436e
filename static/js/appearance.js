// The preview follows the form, and the colour fields follow each other. Without scripts the Preview button does it.
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

form.addEventListener("input", later);
form.addEventListener("submit", (event) => { if (event.submitter !== attempt) clearTimeout(waiting); });
