/* Keys for a reviewer: j and k go from cell to cell, a accepts, r opens the reason. Without it everything works too. */
"use strict";

(() => {
  const form = document.getElementById("review");
  if (!form) return;
  const rows = [...form.querySelectorAll("tr[data-cell]")];
  if (!rows.length) return;
  form.querySelector("[data-keys]").hidden = false;
  rows.forEach((row) => row.setAttribute("tabindex", "-1"));
  let place = -1;

  const go = (to) => {
    place = Math.max(0, Math.min(rows.length - 1, to));
    rows[place].focus({ preventScroll: true });
    rows[place].scrollIntoView({ block: "center" });
  };
  const typing = (element) => element.closest("input, textarea, select");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    const row = rows[place];
    if (event.key === "j") go(place + 1);
    else if (event.key === "k") go(place - 1);
    else if (event.key === "a" && row) row.querySelector("button[value^=accept-]")?.click();
    else if (event.key === "r" && row && row.querySelector("details")) {
      row.querySelector("details").open = true;
      row.querySelector("textarea").focus();
      event.preventDefault();
    }
  });
  /* Reasons that are typed and not sent: nobody leaves without being asked. */
  const unsent = () => [...form.querySelectorAll("textarea[name^=reason-]")].some((text) => text.value.trim() !== "");
  let sending = false;
  form.addEventListener("submit", () => { sending = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && unsent()) event.preventDefault();
  });
  /* A reason alone is enough: the mark follows it. */
  form.addEventListener("input", (event) => {
    if (!event.target.matches("textarea[name^=reason-]")) return;
    const tick = event.target.closest("details").querySelector("input[type=checkbox]");
    tick.checked = event.target.value.trim() !== "";
  });
})();
