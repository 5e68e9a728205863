// Lets the browser keep the page that says the site cannot be reached.
if ("serviceWorker" in navigator) {
  addEventListener("load", () => navigator.serviceWorker.register("/offline-worker.js").catch(() => undefined));
}
