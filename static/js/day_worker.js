// Keeps the empty page of the day offline and its files; never a page or answer with anybody's data.
"use strict";
const KEPT = "registry-day-" + self.DAY.version;

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(KEPT);
    for (const url of [self.DAY.page, ...self.DAY.files]) {
      const answer = await fetch(url, { cache: "reload" });
      if (!answer.ok || answer.redirected) throw new Error("not kept: " + url);
      await cache.put(url, answer);
    }
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const begin = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("registry-day-") && name !== KEPT) await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(begin());
});

const kept = async (url) => (await caches.open(KEPT)).match(url);

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === self.DAY.page || self.DAY.files.includes(url.pathname)) {
    event.respondWith(kept(url.pathname).then((found) => found || fetch(request)));
  } else if (request.mode === "navigate") { // without a network every page leads to the one that is here
    event.respondWith(fetch(request).catch(async (error) => {
      if (!(await kept(self.DAY.page))) throw error;
      return Response.redirect(self.DAY.page);
    }));
  }
});
