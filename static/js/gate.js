// The publish gate in the editor: a finding's link selects the passage in the text. Without this file the line's number stands there.

const body = document.querySelector("#body");
const gate = document.querySelector("[data-gate]");

/** Where the passage begins and ends now; the text may have been changed since it was looked at. */
function find(line, quote) {
  const lines = body.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  const inLine = lines[line - 1]?.indexOf(quote) ?? -1;
  if (quote && inLine >= 0) return [start + inLine, start + inLine + quote.length];
  // Of several, the one that is nearest.
  let best = -1;
  for (let at = quote ? body.value.indexOf(quote) : -1; at >= 0; at = body.value.indexOf(quote, at + 1)) {
    if (best < 0 || Math.abs(at - start) < Math.abs(best - start)) best = at;
  }
  if (best >= 0) return [best, best + quote.length];
  const begin = Math.min(start, body.value.length);
  return [begin, begin + (lines[line - 1]?.length ?? 0)];
}

/** How far below the top of the text a place is drawn, told by a copy of it that nobody sees. */
function depth(place) {
  const style = getComputedStyle(body);
  const copy = document.createElement("div");
  for (const name of ["font", "letterSpacing", "lineHeight", "padding", "border", "tabSize", "direction"]) copy.style[name] = style[name];
  Object.assign(copy.style, {
    position: "absolute",
    visibility: "hidden",
    boxSizing: "border-box",
    inlineSize: `${body.clientWidth}px`,
    whiteSpace: "pre-wrap",
    overflowWrap: "break-word",
  });
  const mark = document.createElement("span");
  mark.textContent = "|";
  copy.append(body.value.slice(0, place), mark);
  document.body.append(copy);
  const top = mark.offsetTop;
  copy.remove();
  return top;
}

gate?.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-line]");
  if (!link || !body) return;
  event.preventDefault();
  const [start, end] = find(Number(link.dataset.line), link.dataset.quote);
  body.focus({ preventScroll: true });
  body.setSelectionRange(start, end);
  const top = depth(start);
  body.scrollTop = top - body.clientHeight / 3; // where the text scrolls by itself
  const shown = body.getBoundingClientRect().top + window.scrollY + top - body.scrollTop;
  window.scrollTo({ top: shown - window.innerHeight / 3 });
});
