/* A page that waits for work in the background looks again every few seconds. It is read anew as soon as the work is
   done, unless somebody has begun to write here: then it says so and waits for them. */
"use strict";

(() => {
  const place = document.querySelector("[data-waiting]");
  if (!place) return;
  /* What came back with the page was written too, and a page that asks to confirm is not taken away. */
  let written = document.querySelector("#confirming") !== null
    || [...document.querySelectorAll("textarea")].some((text) => text.value.trim() !== "");
  document.addEventListener("input", () => { written = true; });

  const look = async () => {
    try {
      const answer = await fetch(window.location.href);
      if (answer.ok && !(await answer.text()).includes("data-waiting")) {
        if (!written) { window.location.reload(); return; }
        place.textContent = place.dataset.waiting;
        return;
      }
    } catch { /* the line is broken for a moment: look again */ }
    window.setTimeout(look, 3000);
  };
  window.setTimeout(look, 2000);
})();
