// Asks the browser for a passkey and sends what it says with the form. Such a form is hidden until here, since
// without this script it leads nowhere. Its options stand in the page, or are asked of where it is sent.
(() => {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;

  for (const one of document.querySelectorAll("[data-without-passkeys]")) one.hidden = true;

  const optionsOf = async (form) => {
    const written = form.querySelector('script[type="application/json"]');
    if (written) return JSON.parse(written.textContent).publicKey;
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    return (await answer.json()).request_options.publicKey;
  };

  const ask = async (form) => {
    const options = await optionsOf(form);
    if (form.dataset.passkey === "create") {
      return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
    }
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    const error = form.querySelector("[data-passkey-error]");
    const introduction = error.textContent;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      error.hidden = true;
      try {
        form.elements.credential.value = JSON.stringify((await ask(form)).toJSON());
      } catch (reason) {
        error.textContent = `${introduction} ${reason.message}`;
        error.hidden = false;
        return;
      }
      form.submit();
    });
  }
})();
