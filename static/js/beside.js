// The live preview beside the editor's form: sent anew a moment after the last key. Without this file there is the Preview button.

const PAUSE = 800;
const form = document.querySelector("[data-editor]");
const toggle = document.querySelector("#beside-toggle");
const pane = document.querySelector("#beside");

if (form && toggle && pane) {
  const send = pane.querySelector("#beside-send");
  const frame = pane.querySelector("iframe");
  let timer = 0;

  const refresh = () => {
    clearTimeout(timer);
    if (!pane.hidden) form.requestSubmit(send);
  };

  const show = (on) => {
    pane.hidden = !on;
    form.classList.toggle("has-beside", on);
    toggle.setAttribute("aria-pressed", String(on));
    if (on) refresh();
  };

  toggle.hidden = false;
  toggle.addEventListener("click", () => show(pane.hidden));
  form.addEventListener("input", (event) => {
    if (pane.contains(event.target)) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE);
  });
  pane.addEventListener("change", (event) => {
    if (event.target.name !== "beside_width") return;
    pane.querySelector(".frame").className = `frame is-${event.target.value}`;
  });

  // The place that was being read stays where it is when the page comes anew.
  let place = 0;
  form.addEventListener("submit", (event) => {
    if (event.submitter === send) place = frame.contentWindow?.scrollY ?? 0;
  });
  frame.addEventListener("load", () => frame.contentWindow?.scrollTo(0, place));
}
