/* The grid saves itself: each cell as it is left, in order, again after a broken line, nothing lost.
   Without this script the form has a Save button and does the same. */
"use strict";

(() => {
  const form = document.getElementById("grid");
  if (!form) return;
  const words = JSON.parse(form.dataset.words);
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const said = document.querySelector("[data-saving]");
  const waiting = new Map();
  const saved = new Map();
  /* What each cell held when nothing was wrong with it: what Esc goes back to. */
  const good = new Map();
  /* Cells that somebody else changed too: nothing is sent until it is chosen which of the two stands. */
  const disputed = new Set();
  let leaving = false;
  let sending = false;
  let pause = 1000;

  const rowOf = (element) => (element.closest ? element.closest("tr[data-cell]") : null);
  const beneath = (key) => form.querySelector(`tr[data-beneath="${key}"]`);
  const rowFor = (key) => form.querySelector(`tr[data-cell="${key}"]`);
  const field = (row, name) => row.querySelector(`[name="c${row.dataset.cell}-${name}"]`);
  const read = (row) => ({
    cell: Number(row.dataset.cell),
    text: field(row, "text").value,
    status: field(row, "status").value,
    note: field(row, "note").value,
  });
  const same = (a, b) => a.text === b.text && a.status === b.status && a.note === b.note;
  const rows = [...form.querySelectorAll("tr[data-cell]")].filter((row) => field(row, "text"));
  rows.forEach((row) => {
    const now = read(row);
    saved.set(now.cell, now);
    if (row.className !== "invalid") good.set(now.cell, now);
  });

  const tell = (text, kind) => { said.textContent = text; said.dataset.kind = kind || ""; };
  const look = (row, state) => { row.dataset.saving = state; };

  /* ---- what waits to be sent ---- */
  const note = (row) => {
    const now = read(row);
    const key = now.cell;
    const last = waiting.has(`cell ${key}`) ? waiting.get(`cell ${key}`).body : saved.get(key);
    if (disputed.has(key) || same(now, last)) return;
    waiting.set(`cell ${key}`, { row, body: now });
    look(row, "saving");
    send();
  };
  const answer = (input) => {
    if (!input.value.trim()) return;
    const key = Number(input.closest("tr[data-beneath]").dataset.beneath);
    waiting.set(`answer ${key} ${input.dataset.rule}`, {
      row: rowFor(key), body: { cell: key, rule: input.dataset.rule, text: input.value },
    });
    send();
  };

  const send = async () => {
    if (sending || !waiting.size) return;
    sending = true;
    const [name, job] = waiting.entries().next().value;
    const version = field(job.row, "version");
    const body = job.body.rule ? job.body : { ...job.body, version: version.value };
    tell(words.saving, "saving");
    try {
      const response = await fetch(form.dataset.cells, {
        method: "POST",
        keepalive: true,
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify(body),
      });
      if (waiting.get(name) === job) waiting.delete(name);
      pause = 1000;
      await answered(job, response);
      sending = false;
      if (waiting.size) send();
    } catch (_broken) {
      /* The line is down: what was typed stays in the queue and is sent when it is up again. */
      sending = false;
      look(job.row, "waiting");
      tell(words.offline.replace("{count}", waiting.size), "waiting");
      window.setTimeout(send, pause);
      pause = Math.min(pause * 2, 30000);
    }
  };

  const answered = async (job, response) => {
    if (response.status >= 500 || response.status === 429) throw new Error("try again");
    const kind = response.headers.get("Content-Type") || "";
    const result = kind.includes("json") ? await response.json() : { state: "refused", message: words.refused };
    if (result.state === "saved" || result.state === "invalid") return keep(job, result);
    if (result.state === "conflict") return ask(job, result);
    look(job.row, "invalid");
    tell(`${result.message} ${result.hint || ""}`, "refused");
    return undefined;
  };

  const keep = (job, result) => {
    field(job.row, "version").value = result.version;
    if (!job.body.rule) saved.set(job.body.cell, job.body);
    if (!job.body.rule && result.state === "saved") good.set(job.body.cell, job.body);
    look(job.row, result.state);
    rows.forEach((row) => show(row, result.found[row.dataset.cell] || [], job.body.rule && row === job.row));
    document.querySelectorAll("[data-answered]").forEach((one) => { one.textContent = result.answered; });
    document.querySelectorAll(".ring .part").forEach((one) => one.setAttribute("stroke-dasharray", `${result.percent} 100`));
    for (const name of ["hard", "empty", "unanswered"]) document.querySelector(`[data-${name}]`).textContent = result[name];
    document.querySelectorAll("[data-first-open]").forEach((one) => lead(one, result.firstOpen));
    if (waiting.size) tell(words.saving, "saving");
    else if (result.state === "invalid") tell(words.unread, "refused");
    else tell(words.saved, "saved");
  };

  const lead = (link, key) => {
    link.closest("[data-leads]").hidden = !key;
    link.href = `${rowFor(key) ? "" : `?cell=${key}`}#c${key}-text`;
  };

  /* ---- what is found, beside its cell ---- */
  const show = (row, found, answering) => {
    if (disputed.has(Number(row.dataset.cell))) return;
    const place = beneath(row.dataset.cell);
    const list = place.querySelector("[data-found]");
    const hard = found.some((one) => one.severity === "error");
    const open = found.some((one) => one.severity === "warning" && !one.answer);
    const input = field(row, "text");
    if (hard) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
    row.className = hard ? "invalid" : open ? "asked" : input.value || field(row, "status").value ? "saved" : "empty";
    /* Nothing is taken from under somebody's hands; an answer that was sent leads back to its cell. */
    if (list.contains(document.activeElement)) {
      if (!answering) return;
      input.focus();
    }
    list.replaceChildren(...found.map((one) => finding(row, one)));
    place.hidden = !found.length && !place.querySelector(".returned");
  };
  const make = (tag, className, text) => {
    const one = document.createElement(tag);
    if (className) one.className = className;
    if (text) one.textContent = text;
    return one;
  };
  const finding = (row, one) => {
    const hard = one.severity === "error";
    const open = one.severity === "warning" && !one.answer;
    const box = make("div", `found ${hard ? "hard" : open ? "soft" : "answered"}`);
    const line = make("p");
    line.append(make("b", "", one.message), ` ${one.hint}`);
    box.append(line);
    if (one.answer) box.append(make("p", "given", `${words.reason} ${one.answer}`));
    else if (open) {
      const input = make("input");
      input.id = input.name = `answer-${row.dataset.cell}-${one.rule}`;
      input.dataset.rule = one.rule;
      input.maxLength = 4000;
      input.autocomplete = "off";
      const label = make("label", "", words.why);
      label.htmlFor = input.id;
      box.append(label, input);
    }
    return box;
  };

  /* ---- two people, one cell ---- */
  const ask = (job, result) => {
    const place = beneath(job.row.dataset.cell);
    const list = place.querySelector("[data-found]");
    const box = make("div", "found hard");
    box.setAttribute("role", "alert");
    const kind = [...field(job.row, "status").options].find((one) => one.value === result.theirs.status);
    const plain = ["", "A"].includes(result.theirs.status);
    const theirs = `${result.theirs.text || "–"}${kind && !plain ? ` (${kind.textContent})` : ""}`;
    box.append(make("p", "", `${result.message} ${words.theirs} ${theirs}. ${words.yours} ${job.body.text || "–"}.`));
    const choose = (text, act) => {
      const button = make("button", "quiet", text);
      button.type = "button";
      button.addEventListener("click", () => { box.remove(); disputed.delete(job.body.cell); act(); });
      return button;
    };
    const version = field(job.row, "version");
    disputed.add(job.body.cell);
    box.append(
      choose(words.takeTheirs, () => {
        version.value = result.version;
        for (const name of ["text", "status", "note"]) field(job.row, name).value = result.theirs[name];
        saved.set(job.body.cell, read(job.row));
        good.set(job.body.cell, read(job.row));
        look(job.row, "saved");
        place.hidden = !list.children.length;
      }),
      choose(words.takeMine, () => {
        version.value = result.version;
        saved.set(job.body.cell, { text: null });
        note(job.row);
      }),
    );
    list.replaceChildren(box);
    place.hidden = false;
    look(job.row, "conflict");
    tell(result.message, "refused");
    box.scrollIntoView({ block: "nearest", behavior: "instant" });
  };

  /* ---- keys ---- */
  const step = (input, by) => {
    const inputs = rows.map((row) => field(row, "text"));
    const next = inputs[inputs.indexOf(input) + by];
    if (next) { next.focus(); next.select(); }
  };
  form.addEventListener("keydown", (event) => {
    const at = event.target;
    if (at.dataset.rule !== undefined && event.key === "Enter") { event.preventDefault(); answer(at); return; }
    if (!(at.tagName === "INPUT") || !rowOf(at)) return;
    const by = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && at.classList.contains("value")) { event.preventDefault(); note(rowOf(at)); step(at, by); return; }
    if (event.key === "Enter") { event.preventDefault(); note(rowOf(at)); return; }
    if (event.key === "Escape") {
      const row = rowOf(at);
      const key = Number(row.dataset.cell);
      const before = good.get(key) || saved.get(key);
      for (const name of ["text", "status", "note"]) if (before[name] !== null) field(row, name).value = before[name];
      note(row);
    }
  });
  form.addEventListener("change", (event) => {
    if (event.target.dataset.rule !== undefined) answer(event.target);
    else if (rowOf(event.target)) note(rowOf(event.target));
  });
  /* Some ways of filling in (a password manager, dictation) end without a change event. */
  form.addEventListener("focusout", (event) => { if (rowOf(event.target)) note(rowOf(event.target)); });
  window.addEventListener("online", send);
  const unsaved = () => waiting.size
    || rows.some((row) => !same(read(row), saved.get(Number(row.dataset.cell))))
    || [...form.querySelectorAll("[data-rule]")].some((one) => one.value.trim());
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => { if (!leaving && unsaved()) event.preventDefault(); });
  document.querySelectorAll("[data-keys]").forEach((one) => { one.hidden = false; });
  tell(words.ready);
})();
