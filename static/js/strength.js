// Says how good a new password is while it is typed. Without this file the form says so when it is sent.
for (const field of document.querySelectorAll("input[autocomplete='new-password']")) {
  const told = document.createElement("p");
  told.className = "strength";
  told.setAttribute("role", "status");
  const bar = document.createElement("meter");
  Object.assign(bar, { min: 0, max: 4, low: 2.5, high: 3, optimum: 4, value: 0 });
  bar.setAttribute("aria-hidden", "true");
  const sentence = document.createElement("span");
  told.append(bar, sentence);
  told.hidden = true;
  field.after(told);

  let waiting, asked;
  const measure = async () => {
    const form = new FormData(field.form);
    const body = new URLSearchParams({ password: field.value });
    for (const name of ["token", "email", "name"]) if (form.has(name)) body.set(name, form.get(name));
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch("/password-strength", { method: "POST", body, signal: asked.signal });
      if (!answer.ok) throw new Error(answer.status);
      const { score, sentence: text } = await answer.json();
      bar.value = score;
      sentence.textContent = text;
      told.hidden = false;
    } catch (error) {
      if (error.name !== "AbortError") told.hidden = true;
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    if (field.value === "") told.hidden = true;
    else waiting = setTimeout(measure, 350);
  });
}
