// Warns two minutes before the session ends, and leaves the page when it is over: what stood there is not for
// whoever sits down next. What was being typed is kept first. The time is asked of the server each time, since
// another tab may have prolonged it.
(() => {
  const dialog = document.getElementById("session-warning");
  if (!dialog) return;
  document.getElementById("session-end").hidden = true;
  const WARNING = 120;
  let timer;

  const wait = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(seconds, 1) * 1000);
  };

  // The form that was typed in last, if any.
  let typed = null;
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    typed = form?.method === "post" ? form : typed;
  });

  // Whether the server keeps what stands in that form.
  const keep = async () => {
    if (!typed?.isConnected) return false;
    const fields = new URLSearchParams();
    for (const [name, text] of new FormData(typed)) if (typeof text === "string") fields.append(name, text);
    fields.set("goldenthread_address", new URL(typed.action).pathname);
    const answer = await fetch(dialog.dataset.keep, { method: "POST", body: fields, redirect: "manual" });
    return answer.status === 204;
  };

  const leave = async () => {
    const kept = await keep().catch(() => false);
    const next = kept ? dialog.dataset.drafts : location.pathname + location.search;
    location.assign("/?next=" + encodeURIComponent(next));
  };

  const show = (canStay) => {
    for (const one of dialog.querySelectorAll("[data-can-stay]")) one.hidden = !canStay;
    for (const one of dialog.querySelectorAll("[data-must-end]")) one.hidden = canStay;
    if (!dialog.open) dialog.showModal();
  };

  const look = async () => {
    let answer;
    try {
      answer = await fetch(dialog.dataset.left, { redirect: "manual", headers: { Accept: "application/json" } });
    } catch {
      wait(15);
      return;
    }
    if (!answer.ok) {
      leave();
      return;
    }
    const { seconds, can_stay: canStay } = await answer.json();
    if (seconds <= 0) {
      leave();
    } else if (seconds > WARNING) {
      if (dialog.open) dialog.close();
      wait(seconds - WARNING);
    } else {
      show(canStay);
      wait(Math.min(seconds + 1, 15));
    }
  };

  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    dialog.close();
    look();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());

  wait(Number(dialog.dataset.seconds) - WARNING);
})();
