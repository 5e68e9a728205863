{% load static %}// Keeps one page for when the site cannot be reached; everything else always comes from the site.
const SHELF = "mezon-offline";
const PAGE = "{% url 'offline' %}";
const STYLE = "{% static 'mezon.css' %}";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll([PAGE, STYLE])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const page = event.request.mode === "navigate";
  if (!page && !event.request.url.endsWith(STYLE)) return;
  event.respondWith(fetch(event.request).catch(() => caches.match(page ? PAGE : STYLE)));
});
