// Lists the first results below the search field while somebody types: a combobox with a list (WAI-ARIA Authoring Practices, “List
// autocomplete with manual selection”). Without this file the form sends what was typed. Beside, tells that a result was followed.

const PAUSE = 150;

for (const field of document.querySelectorAll("input[data-results]")) {
  const list = Object.assign(document.createElement("ul"), { id: `${field.id}-list`, className: "suggested", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "First results");
  field.closest(".search-field").append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    field.setAttribute(name, value);
  }
  let waiting = 0;
  let asked = field.value.trim();
  let stop = new AbortController();
  let place = -1;

  function close() {
    list.hidden = true;
    place = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function mark(next) {
    const options = [...list.children];
    place = next < -1 ? options.length - 1 : next >= options.length ? -1 : next;
    options.forEach((option, at) => option.setAttribute("aria-selected", at === place ? "true" : "false"));
    if (place >= 0) field.setAttribute("aria-activedescendant", options[place].id);
    else field.removeAttribute("aria-activedescendant");
  }

  // A mark around what was looked for; the rest is text.
  function option({ url, title, topic }, at) {
    const item = Object.assign(document.createElement("li"), { id: `${list.id}-${at}` });
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.url = url;
    const line = document.createElement("span");
    line.append(...title.map(([text, marked]) => (marked ? Object.assign(document.createElement("mark"), { textContent: text }) : text)));
    item.append(line);
    if (topic) item.append(Object.assign(document.createElement("small"), { textContent: topic }));
    return item;
  }

  async function ask() {
    const words = field.value.trim();
    if (words === asked) return;
    asked = words;
    stop.abort();
    if (words.length < 2) return close();
    stop = new AbortController();
    const answer = await fetch(`${field.dataset.results}?q=${encodeURIComponent(words)}`, { signal: stop.signal }).catch(() => null);
    if (!answer?.ok || words !== asked) return;
    const found = await answer.json();
    list.replaceChildren(...found.map(option));
    place = -1;
    field.removeAttribute("aria-activedescendant");
    list.hidden = found.length === 0 || document.activeElement !== field;
    field.setAttribute("aria-expanded", String(!list.hidden));
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(place + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && place >= 0) {
      event.preventDefault();
      location.assign(list.children[place].dataset.url);
    }
  });
  field.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-url]");
    if (chosen) location.assign(chosen.dataset.url);
  });
}

// `ping` works without this file, but not in every browser; a beacon works in all. Never both.
for (const link of document.querySelectorAll("a[ping]")) {
  const to = link.getAttribute("ping");
  link.removeAttribute("ping");
  link.addEventListener("click", () => navigator.sendBeacon(to));
}
