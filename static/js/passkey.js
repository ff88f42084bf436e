// Makes and uses passkeys. Browsers offer no way without a script; each page says so, and has another way beside.
//
// The site tells what to ask the browser for (…/options), and the answer goes back in a hidden field of an ordinary form.
const able = window.PublicKeyCredential?.parseRequestOptionsFromJSON && navigator.credentials;

const optionsOf = async (form) => {
  const body = new URLSearchParams();
  const token = form.elements.token;
  if (token) body.set("token", token.value);
  const answer = await fetch(form.dataset.passkeyOptions, { method: "POST", body });
  if (!answer.ok) throw new Error(answer.status === 409 ? "none" : "refused");
  return (await answer.json()).publicKey;
};

const ask = async (form) => {
  const options = await optionsOf(form);
  if (form.dataset.passkey === "make") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("button[type=submit]");
  const told = form.querySelector("[data-passkey-told]");
  if (!able) {
    told.textContent = "This browser is too old for passkeys.";
    continue;
  }
  told.textContent = "";
  form.hidden = button.disabled = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return; // the answer is in: let it go
    event.preventDefault();
    button.disabled = true;
    told.textContent = "";
    try {
      const credential = await ask(form);
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      form.requestSubmit();
    } catch (error) {
      button.disabled = false;
      if (error.message === "none") told.textContent = "Your account has no passkey yet.";
      else if (error.name === "InvalidStateError") told.textContent = "This device has a passkey for your account already.";
      else told.textContent = "The passkey was not used. Try again, or take another way.";
    }
  });
}
