// Warns two minutes before the session ends, asks for more time by itself never, and leaves the page when it
// is over: what stood there is not for whoever sits down next. The time is asked of the server each time, since
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

  const leave = () => {
    const here = location.pathname + location.search;
    location.assign("/?next=" + encodeURIComponent(here));
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
    if (seconds > WARNING) {
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
