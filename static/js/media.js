// The library's niceties: files dropped or pasted anywhere on the page are sent at once, with their progress; a click on a picture
// sets its focal point. Everything works without this file.
import { filesOf, send } from "./upload.js";

const uploads = document.getElementById("uploads");

/** A line of the list of uploads. */
function line(name) {
  const row = document.createElement("p");
  const words = document.createElement("bdi");
  const bar = document.createElement("progress");
  words.textContent = name || "pasted picture";
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", words.textContent);
  row.append(words, " ", bar);
  uploads.append(row);
  return { row, bar };
}

/** Says what became of a file, in place of its bar. */
function tell({ row, bar }, answer) {
  const [refused] = answer.refused;
  const [file] = answer.files;
  bar.remove();
  row.classList.toggle("error", Boolean(refused));
  if (refused) row.append(refused.why);
  else row.append(file.fresh ? "added." : "is in the library already.");
}

async function take(files) {
  uploads.hidden = false;
  uploads.setAttribute("role", "status");
  const lines = files.map((file) => line(file.name));
  let refused = 0;
  for (const [place, file] of files.entries()) {
    const answer = await send(file, uploads.dataset.token, uploads.dataset.folder, (part) => (lines[place].bar.value = part));
    refused += answer.refused.length;
    tell(lines[place], answer);
  }
  if (refused === 0) return location.reload();
  if (refused === files.length) return;
  const show = document.createElement("a");
  show.href = location.href;
  show.className = "button";
  show.textContent = "Show what was added";
  uploads.append(show);
}

if (uploads) {
  const main = document.getElementById("main");
  main.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    main.classList.add("is-over");
  });
  main.addEventListener("dragleave", (event) => {
    if (!main.contains(event.relatedTarget)) main.classList.remove("is-over");
  });
  main.addEventListener("drop", (event) => {
    main.classList.remove("is-over");
    const files = filesOf(event.dataTransfer);
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
  });
  document.addEventListener("paste", (event) => {
    const files = filesOf(event.clipboardData);
    if (files.length > 0) take(files);
  });
}

// The focal point.
const box = document.querySelector("[data-focal]");
const picture = box?.querySelector("img");
if (picture) {
  const fields = [document.getElementById("focal_x"), document.getElementById("focal_y")];
  const mark = box.querySelector(".focal-mark circle");
  const draw = () => {
    mark.setAttribute("cx", `${Number(fields[0].value.replace(",", ".")) || 0}%`);
    mark.setAttribute("cy", `${Number(fields[1].value.replace(",", ".")) || 0}%`);
  };
  document.querySelector("[data-focal-hint]").hidden = false;
  box.classList.add("is-clickable");
  box.addEventListener("click", (event) => {
    const frame = picture.getBoundingClientRect();
    const parts = [(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height];
    fields.forEach((field, at) => (field.value = String(Math.round(Math.min(1, Math.max(0, parts[at])) * 1000) / 10)));
    draw();
  });
  for (const field of fields) field.addEventListener("input", draw);
}
