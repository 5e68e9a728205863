// Keeps the page of a job up to date. Without it the page reads itself again every three seconds.
"use strict";
(() => {
  const place = document.getElementById("job");
  if (!place || place.dataset.ended === "yes") return;
  const sentence = document.getElementById("job-sentence");
  const bar = document.getElementById("job-progress");
  async function look() {
    try {
      const answer = await fetch(place.dataset.now, { headers: { Accept: "application/json" } });
      if (!answer.ok) return location.reload();
      const job = await answer.json();
      if (job.ended) return location.reload();
      if (sentence.textContent !== job.sentence) sentence.textContent = job.sentence;
      if (job.percent !== null) bar.value = job.percent;
    } catch {
      // The site cannot be reached now; the next look may find it again.
    }
    setTimeout(look, 1000);
  }
  setTimeout(look, 500);
})();
