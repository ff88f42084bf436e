// Autosave: what is typed is sent to the server half a second after the last key. Whatever the server has not answered for stays
// in this browser, and is sent again. Everything works without this file, but for this.

const form = document.querySelector("[data-editor]");
const place = document.querySelector("[data-autosave]");

if (form && place) {
  const { autosave: address, sheet, person } = place.dataset;
  const PAUSE = 500;
  const PREFIX = "mainstay:typed:";
  const key = `${PREFIX}${person}:${sheet}`;
  const WENT = "mainstay:went";
  const isNew = sheet.startsWith("form:");
  const kept = document.querySelector("[data-kept]");
  let timer = 0;
  let running = null;
  let tries = 0;
  let sent = "";
  let leaving = false;

  const status = document.createElement("p");
  status.className = "kept";
  status.dataset.autosaveStatus = "";
  form.querySelector(".editbar .crumbs")?.after(status);

  /** What the form holds, without what is a session's or a button's. */
  function typed() {
    const fields = new URLSearchParams(new FormData(form));
    fields.delete("token");
    return fields;
  }

  /** The same without what does not count as words. */
  function words(text) {
    const fields = new URLSearchParams(text);
    for (const name of ["base", "offer", "nonce"]) fields.delete(name);
    return fields.toString();
  }

  /** Storage may be full, or forbidden. */
  function store(name, value) {
    try {
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }

  function stored(name) {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  }

  const offered = () => form.elements.offer?.value;
  const clock = (at) => new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });

  function say(text, failed = false) {
    status.textContent = text;
    status.classList.toggle("is-failed", failed);
    if (failed) status.setAttribute("role", "status");
    else status.removeAttribute("role");
  }

  function complain(why, local) {
    say(local ? `Not saved: ${why}. Kept in this browser.` : `Not saved: ${why}. Copy your words before you leave.`, true);
  }

  const reasons = {
    400: "the text is too long",
    401: "you were logged out. Log in in another tab",
    403: "you may not change this entry, or logged in again meanwhile. Load the page again",
    404: "the entry was deleted",
    409: "earlier changes wait, decide about them first",
    413: "the text is too long",
    503: "the site is away for a moment",
  };

  /** Sends it, once at a time; what was typed meanwhile goes next. */
  async function send() {
    clearTimeout(timer);
    const fields = typed();
    const text = fields.toString();
    if (leaving) return;
    if (text === sent) return void store(key, null);
    const local = store(key, { text, at: Date.now() });
    if (offered()) return complain("earlier changes wait, decide about them above first", local);
    if (running) return void (timer = setTimeout(send, PAUSE));
    const request = (running = new AbortController());
    const limit = setTimeout(() => request.abort(), 15000);
    fields.set("token", form.elements.token?.value ?? "");
    try {
      const answer = await fetch(address, { method: "POST", body: fields, signal: request.signal });
      if (leaving) return;
      if (!answer.ok) throw Object.assign(new Error(), { status: answer.status });
      const { saved_at } = await answer.json();
      tries = 0;
      sent = text;
      if (stored(key)?.text === text) store(key, null);
      say(`Saved ${saved_at}`);
      form.dispatchEvent(new CustomEvent("mainstay:kept"));
    } catch (error) {
      if (leaving) return;
      complain(reasons[error.status] ?? (error.status ? "the server could not do it" : "no connection"), local);
      // After 1, 2, 4 … seconds, half a minute at most.
      timer = setTimeout(send, Math.min(1000 * 2 ** tries++, 30000));
    } finally {
      clearTimeout(limit);
      running = null;
    }
  }

  function later() {
    leaving = false;
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  }

  // What the page came with is saved, or was sent; only what differs from it is news.
  const unsaved = place.dataset.unsaved !== undefined;
  if (unsaved) later();
  else sent = typed().toString();
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("focusout", () => typed().toString() !== sent && send());
  window.addEventListener("online", () => typed().toString() !== sent && send());

  // A page that goes away has no time to wait for an answer, and may send 64 KB at most.
  window.addEventListener("pagehide", () => {
    const fields = typed();
    const text = fields.toString();
    if (text === sent || leaving) return;
    store(key, { text, at: Date.now() });
    if (offered()) return;
    fields.set("token", form.elements.token?.value ?? "");
    fetch(address, { method: "POST", body: fields, keepalive: true })
      .then((answer) => answer.ok && stored(key)?.text === text && store(key, null))
      .catch(() => {});
  });

  // A save takes over; until its page has come, the words stay here.
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget === "_blank") return;
    leaving = true;
    clearTimeout(timer);
    running?.abort();
    const text = typed().toString();
    store(key, { text, at: Date.now(), base: place.dataset.newest });
    try {
      sessionStorage.setItem(WENT, JSON.stringify({ key, base: place.dataset.newest }));
    } catch {
      // Without it, words that were saved may be offered once more.
    }
  });

  /** The save that led here has succeeded: its words need not be kept. */
  function arrive() {
    let went = null;
    try {
      went = JSON.parse(sessionStorage.getItem(WENT));
      sessionStorage.removeItem(WENT);
    } catch {
      return;
    }
    if (!went) return;
    const made = went.key !== key && !isNew;
    const saved = went.key === key && went.base !== place.dataset.newest;
    // A form that came back holds them, and is kept anew.
    if (made || saved || (went.key === key && unsaved)) store(went.key, null);
  }

  /** Fills the form with what was kept here. */
  function fill(text) {
    const fields = new URLSearchParams(text);
    for (const field of form.elements) {
      if (!field.name || field.name === "token" || field.name === "offer") continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = fields.getAll(field.name).includes(field.value);
      else if (field.tagName !== "BUTTON" && fields.has(field.name)) field.value = fields.get(field.name);
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Words that never reached the server, of this sheet or of a new one that was left; those of this sheet make room. */
  function left() {
    const own = stored(key);
    if (own && words(own.text) === words(typed())) {
      if (!unsaved) store(key, null);
    } else if (own && store(`${key}:left:${own.at}`, own)) {
      store(key, null);
    }
    try {
      const mine = `${PREFIX}${person}:`;
      const wanted = (name) => name.startsWith(`${key}:left:`) || (isNew && name.startsWith(`${mine}form:`) && name !== key);
      const all = Object.keys(localStorage).filter(wanted).map((name) => ({ name, ...stored(name) }));
      return all.filter((one) => one.text).sort((one, other) => other.at - one.at)[0];
    } catch {
      return null;
    }
  }

  arrive();
  const found = left();
  if (found && kept) {
    kept.querySelector("[data-kept-at]").textContent = clock(found.at);
    kept.hidden = false;
    kept.querySelector("[data-kept-take]").addEventListener("click", () => {
      kept.hidden = true;
      fill(found.text);
      store(key, { text: typed().toString(), at: Date.now() });
      store(found.name, null);
    });
    kept.querySelector("[data-kept-drop]").addEventListener("click", () => {
      kept.hidden = true;
      store(found.name, null);
    });
  }
}
