// Suggests pages while somebody types an address or words of a title. Without this file the first hundred are suggested.

for (const field of document.querySelectorAll("input[data-suggestions]")) {
  const list = document.getElementById(field.getAttribute("list"));
  let waiting = 0;
  let asked = field.value;

  async function ask() {
    const words = field.value.trim();
    if (words === asked) return;
    asked = words;
    const answer = await fetch(`${field.dataset.suggestions}?q=${encodeURIComponent(words)}`).catch(() => null);
    if (!answer?.ok || words !== asked) return;
    const found = await answer.json();
    list.replaceChildren(...found.map(({ path, title }) => Object.assign(document.createElement("option"), { value: path, label: `${title} (${path})` })));
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
}
