// Finding an indicator among many: what is typed narrows the list. Without this script the whole list is there.
"use strict";

(() => {
  const choice = document.querySelector(".indicator-choice");
  const field = choice?.querySelector("input[type=search]");
  if (!field) return;
  choice.querySelector(".find").hidden = false;
  const narrow = () => {
    const words = field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const group of choice.querySelectorAll(".group")) {
      let shown = 0;
      for (const label of group.querySelectorAll("label")) {
        const fits = words.every((word) => label.textContent.toLocaleLowerCase().includes(word));
        label.hidden = !fits && !label.querySelector("input").checked;
        shown += label.hidden ? 0 : 1;
      }
      group.hidden = shown === 0;
    }
  };
  field.addEventListener("input", narrow);
  // Enter in the field finds; it does not send the form.
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
})();
