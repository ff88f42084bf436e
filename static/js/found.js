// Keeps the search result and the shared card in the editor in step with what is typed. Without this file they show what was saved.

const box = document.querySelector("[data-found]");
const field = (name) => document.getElementById(name);

/** The first text that is there, white space made one blank. */
const first = (...names) => names.map((name) => field(name)?.value.replace(/\s+/g, " ").trim()).find(Boolean) ?? "";
const length = (text) => [...text].length;

function show() {
  const title = first("meta_title", "title");
  const text = first("meta_description", "summary");
  for (const [name, value] of [["title", title], ["text", text], ["slug", first("slug")]]) {
    for (const place of box.querySelectorAll(`[data-found-${name}]`)) place.textContent = value;
  }
  const whole = length(`${title} – ${box.dataset.site}`);
  box.querySelector("[data-found-hint]").textContent =
    `Title with the name of the site: ${whole} of about 60 characters. Description: ${text ? `${length(text)} of about 155` : "none; search engines take words of the text"}.`;
}

if (box) {
  for (const name of ["title", "meta_title", "meta_description", "summary", "slug"]) field(name)?.addEventListener("input", show);
  show();
}
