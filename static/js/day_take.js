// The button that takes the day along: the worker first, then the list, then the page that shows it.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-day-take]"), day = window.registryDay;
  if (!box || !day || !day.able) return;
  const button = box.querySelector("button"), told = box.querySelector("[role=alert]");
  box.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    told.textContent = "";
    try {
      await navigator.serviceWorker.register(box.dataset.worker, { scope: "/" });
      await navigator.serviceWorker.ready;
      const state = await day.take(box.dataset.dayTake);
      if (state) throw new Error(state);
      window.location.assign(box.dataset.page);
    } catch {
      told.textContent = box.dataset.failed;
      button.disabled = false;
    }
  });
});
