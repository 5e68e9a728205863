// What if: sliders beside the numbers, and the answer while they move. The page does all of it without this, by its form.
"use strict";

(() => {
  const form = document.getElementById("variant");
  const said = document.getElementById("said");
  if (!form || !window.fetch) return;
  let asking = false;
  let again = false;
  let waiting = 0;

  const query = () => {
    const told = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const field = form.elements[name];
      const official = field instanceof HTMLInputElement ? field.dataset.official : undefined;
      if (value !== "" && value !== official) told.append(name, value);
    }
    return told.toString();
  };

  // The address always says what is shown; the same page in another language keeps it.
  const keep = (address) => {
    history.replaceState(null, "", location.pathname + address);
    for (const link of document.querySelectorAll(".languages a")) link.href = link.pathname + address;
  };

  const ask = async () => {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${form.dataset.result}?${query()}`);
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const result = page.getElementById("result");
      document.getElementById("result").replaceWith(result);
      keep(result.dataset.query);
      said.textContent = result.dataset.said || "";
      said.classList.remove("failed");
    } catch {
      said.textContent = form.dataset.failed;
      said.classList.add("failed");
    }
    form.removeAttribute("aria-busy");
    asking = false;
    if (again) {
      again = false;
      ask();
    }
  };

  const changed = () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 40);
  };

  for (const number of form.querySelectorAll("input[type=number]")) {
    const label = form.querySelector(`label[for="${number.id}"]`);
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: "0", max: number.dataset.most, step: number.dataset.step });
    slider.value = number.value;
    label.id = `${number.id}-label`;
    slider.setAttribute("aria-labelledby", label.id);
    slider.addEventListener("input", () => {
      number.value = String(Number(Number(slider.value).toPrecision(10)));
    });
    number.addEventListener("input", () => {
      slider.value = number.value;
    });
    number.before(slider);
  }
  form.addEventListener("input", changed);
  form.addEventListener("change", (event) => {
    // Another index has other parts: its page is a page of its own.
    if (event.target.name === "by") form.submit();
  });
})();
