// The editor's niceties: the Markdown toolbar with its shortcuts, the warning before words are lost, Preview by key.
// Everything works without this file.
import "../vendor/markdown-toolbar-element/index.js";

const form = document.querySelector("[data-editor]");
const body = form?.querySelector("#body");
const toolbar = form?.querySelector("markdown-toolbar");

/** Puts text where the cursor is, on lines of its own, undoable like typing. */
function insertBlock(text) {
  body.focus();
  const before = body.value.slice(0, body.selectionStart);
  const gap = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  document.execCommand("insertText", false, `${gap}${text}\n`);
}

/** The next footnote number that the text does not use yet. */
function nextNote() {
  const used = [...body.value.matchAll(/\[\^(\d+)\]/g)].map((match) => Number(match[1]));
  return Math.max(0, ...used) + 1;
}

const inserts = {
  table: () => insertBlock("| Column | Column |\n|---|---|\n| Cell | Cell |"),
  callout: () => insertBlock("> [!TIP]\n> What to remember."),
  footnote: () => {
    const note = nextNote();
    const place = body.selectionEnd;
    body.focus();
    body.setSelectionRange(place, place);
    document.execCommand("insertText", false, `[^${note}]`);
    body.setSelectionRange(body.value.length, body.value.length);
    document.execCommand("insertText", false, `\n\n[^${note}]: `);
  },
};

const shortcuts = { b: "bold", i: "italic", k: "link", e: "code" };

if (form && body && toolbar) {
  toolbar.hidden = false;
  toolbar.addEventListener("click", (event) => {
    const act = event.target.closest("[data-insert]")?.dataset.insert;
    if (act) inserts[act]();
  });
  body.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const style = shortcuts[event.key.toLowerCase()];
    if (style) {
      event.preventDefault();
      toolbar.querySelector(`[data-md-button="${style}"]`).click();
    }
  });
  form.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector('button[name="do"][value="save"]'));
    }
  });

  // Words that were typed and not saved are not lost without a question.
  let typed = false;
  form.addEventListener("input", () => (typed = true));
  form.addEventListener("mainstay:kept", () => (typed = false));
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget) return; // a preview: nothing is saved
    typed = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (typed) event.preventDefault();
  });
}
