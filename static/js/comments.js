// Below an article: Reply brings the form to the comment that it answers. Without this file it leads to a page with the form.

const form = document.querySelector("#comment-form");
const opened = Date.now();

if (form) {
  const home = form.parentNode;
  const after = form.nextSibling;
  const heading = form.querySelector("h3");
  const title = heading?.textContent ?? "";
  const cancel = document.createElement("button");
  cancel.type = "button";
  cancel.className = "button is-quiet";
  cancel.textContent = "Do not answer";

  const settle = (parent, words) => {
    form.elements.parent.value = parent;
    if (heading) heading.textContent = words;
  };

  cancel.addEventListener("click", () => {
    settle("", title);
    cancel.remove();
    home.insertBefore(form, after);
  });

  document.querySelector("#comments").addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    settle(link.dataset.reply, link.textContent);
    form.querySelector(".cluster").append(cancel);
    link.closest("article").append(form);
    form.elements.comment_body.focus();
  });

  form.addEventListener("submit", () => {
    form.elements.elapsed.value = Math.round((Date.now() - opened) / 1000);
  });
}
