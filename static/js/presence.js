// Tells every ten seconds that somebody has this entry open, and shows who else has. Without this file the page still says who
// had it open when it was loaded.

const form = document.querySelector("[data-editor]");
const bar = document.querySelector("[data-presence]");

if (form && bar) {
  const text = bar.querySelector("[data-presence-text]");
  const BEAT = 10000;

  function body(extra = {}) {
    return new URLSearchParams({ token: form.elements.token?.value ?? "", base: form.elements.base.value, ...extra });
  }

  async function beat() {
    try {
      const answer = await fetch(bar.dataset.presence, { method: "POST", body: body() });
      if (!answer.ok) return;
      const { others } = await answer.json();
      text.textContent = others.join(" ");
      bar.hidden = others.length === 0;
    } catch {
      // No connection; the next beat may reach the server.
    }
  }

  setInterval(beat, BEAT);
  window.addEventListener("pagehide", () => {
    fetch(bar.dataset.presence, { method: "POST", body: body({ leaving: "true" }), keepalive: true }).catch(() => {});
  });
  window.addEventListener("pageshow", (event) => event.persisted && beat());
}
