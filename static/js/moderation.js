// The queue by keyboard: arrows or j and k choose a comment, its keys stand on the buttons, z takes the last decision back. Without
// this file every button works as it is.

const items = [...document.querySelectorAll("[data-queue] > li")];
const place = "mainstay-queue-place";
let now = Math.min(Number(sessionStorage.getItem(place)) || 0, items.length - 1);

const show = (next) => {
  if (items.length === 0) return;
  items[now]?.classList.remove("is-now");
  now = Math.max(0, Math.min(next, items.length - 1));
  items[now].classList.add("is-now");
  items[now].scrollIntoView({ block: "nearest" });
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown" || event.key === "j") show(now + 1);
  else if (event.key === "ArrowUp" || event.key === "k") show(now - 1);
  else if (event.key === "z") document.querySelector("#undo")?.requestSubmit();
  else if (/^[a-y]$/.test(event.key)) {
    const button = items[now]?.querySelector(`[data-key="${event.key}"]`);
    if (!button) return;
    sessionStorage.setItem(place, now);
    button.click();
  } else return;
  event.preventDefault();
});

show(now);
