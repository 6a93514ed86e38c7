// The day offline: what a phone keeps, sealed, and how it is sent once. docs/decisions/0024 says why.
// Nothing here reads a page: day_page.js does, and registry.js for all other forms.
"use strict";
window.registryDay = (function () {
  const NAME = "registry-day"; // of the database; in localStorage it says whose is here
  const STORES = ["keys", "lists", "drafts", "queue", "photos"];
  const able = Boolean(window.isSecureContext && window.indexedDB && window.crypto && crypto.subtle
    && navigator.serviceWorker);
  const cookie = (name) => document.cookie.split("; ").map((part) => part.split("="))
    .filter((part) => part[0] === name).map((part) => decodeURIComponent(part[1]))[0] || "";
  const flag = {
    get: () => { try { return localStorage.getItem(NAME) || ""; } catch { return ""; } },
    set: (owner) => { try { localStorage.setItem(NAME, owner); } catch { /* no store */ } },
    drop: () => { try { localStorage.removeItem(NAME); } catch { /* no store */ } },
  };

  // --- the store ----------------------------------------------------------------------------
  let opened = null;
  const open = () => opened || (opened = new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () =>
      STORES.forEach((name) => asked.result.createObjectStore(name, { keyPath: "id" }));
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => { opened = null; fail(asked.error); };
  }));
  const run = async (name, mode, act) => {
    const database = await open();
    return new Promise((done, fail) => {
      const work = database.transaction(name, mode);
      const asked = act(work.objectStore(name));
      work.oncomplete = () => done(asked.result);
      work.onerror = work.onabort = () => fail(work.error);
    });
  };
  const all = (name) => run(name, "readonly", (store) => store.getAll());
  const get = (name, id) => run(name, "readonly", (store) => store.get(id));
  const put = (name, row) => run(name, "readwrite", (store) => store.put(row));
  const drop = (name, id) => run(name, "readwrite", (store) => store.delete(id));

  // --- sealing: AES-GCM, bound to the key's name, the kind and the row ----------------------------
  const bound = (key, kind, id) => new TextEncoder().encode([key.id, kind, id].join("|"));
  async function seal(key, kind, id, what) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = what instanceof ArrayBuffer ? what : new TextEncoder().encode(JSON.stringify(what));
    const how = { name: "AES-GCM", iv, additionalData: bound(key, kind, id) };
    return { iv, data: await crypto.subtle.encrypt(how, key.key, plain) };
  }
  async function unseal(key, kind, id, sealed, isRaw) {
    const how = { name: "AES-GCM", iv: sealed.iv, additionalData: bound(key, kind, id) };
    const plain = await crypto.subtle.decrypt(how, key.key, sealed.data);
    return isRaw ? plain : JSON.parse(new TextDecoder().decode(plain));
  }
  async function imported(told) { // from here on nobody reads the key itself any more
    const raw = Uint8Array.from(atob(told.key), (letter) => letter.charCodeAt(0));
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    raw.fill(0);
    return { id: told.name, owner: told.owner, key, until: told.until || 0 };
  }

  // --- a picture as small as it may be and still be read -------------------------------------------
  const LONGEST = 1600; // pixels; enough to read a certificate
  async function smallPicture(file) { // a JPEG; throws for what this browser reads as no picture
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    if (!blob) throw new Error("no picture");
    return blob;
  }

  // --- asking the server -------------------------------------------------------------------------
  async function ask(url, fields) {
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    let answer;
    try {
      const headers = { "X-CSRFToken": cookie("csrftoken") };
      answer = await fetch(url, { method: "POST", body, headers, redirect: "manual" });
      if (answer.type === "opaqueredirect") return { state: "SIGNED_OUT" };
      if (answer.status === 403) return { state: "FORBIDDEN" };
      if (answer.status === 404) return { state: "GONE" };
      if (answer.status === 400 || answer.status === 413) return { state: "REFUSED", errors: {} };
      return answer.ok ? await answer.json() : { state: "NETWORK" };
    } catch { return { state: "NETWORK" }; } // none, or a page in between that is not ours
  }

  // --- the list and its key ------------------------------------------------------------------------
  async function take(url) {
    const told = await ask(url, []);
    if (told.state !== "TAKEN") return told.state;
    const key = await imported(told);
    const former = await today(); // what was half typed under the same key goes on
    const ids = new Map(former ? former.list.children.map((child) => [child.visit_url, child.id]) : []);
    for (const child of told.children) child.id = ids.get(child.visit_url) || crypto.randomUUID();
    await forget((row) => row.id !== key.id && !isTyped(row));
    await put("keys", key);
    await keepList(key, { day: told.day, iso: key.id.split(".")[2], children: told.children });
    flag.set(key.owner);
    return "";
  }
  const keepList = async (key, list) =>
    put("lists", { id: key.id, sealed: await seal(key, "list", key.id, list) });
  const freshKeys = async () => (await all("keys")).filter((key) => key.until > Date.now());
  async function today() { // null when nothing was taken along, or its day is over
    for (const key of await freshKeys()) {
      const row = await get("lists", key.id);
      if (row) return { key, list: await unseal(key, "list", key.id, row.sealed) };
    }
    return null;
  }
  async function unlist(id) { // sent: nothing of the child stays
    const now = await today();
    if (!now) return;
    now.list.children = now.list.children.filter((child) => child.id !== id);
    await keepList(now.key, now.list);
  }
  const given = new Map(); // keys given anew, kept by this page alone
  async function keyFor(name, url) {
    const here = (await freshKeys()).find((key) => key.id === name) || given.get(name);
    if (here) return here;
    const told = await ask(url, [["name", name]]);
    if (told.state !== "KEY") return told.state === "GONE" ? "NETWORK" : told.state;
    const key = await imported(told);
    given.set(name, key);
    return key;
  }

  // --- what must go ------------------------------------------------------------------------------
  // Keys with their lists and what was half typed; never what was kept to be sent.
  async function forget(which) {
    for (const key of (await all("keys")).filter(which)) await drop("keys", key.id);
    const left = new Set((await all("keys")).map((key) => key.id));
    for (const name of ["lists", "drafts"]) {
      for (const row of await all(name)) {
        if (!left.has(row.key || row.id) || isOld(row)) await drop(name, row.id);
      }
    }
    const visits = new Set([...(await all("queue")).map((row) => row.id),
      ...(await all("drafts")).map((row) => row.visit)]);
    for (const row of await all("photos")) if (!visits.has(row.visit)) await drop("photos", row.id);
  }
  async function discard(item) {
    for (const photo of await all("photos")) if (photo.visit === item.id) await drop("photos", photo.id);
    await drop("queue", item.id);
    changed();
  }
  async function leave(user) { // signing out: all that is this user's; a stranger's stays sealed
    const mine = (row) => row.owner.startsWith(user + ".");
    for (const item of (await all("queue")).filter(mine)) await discard(item);
    await forget(() => true);
    if (!(await all("queue")).length) flag.drop();
  }

  // --- other forms' half-typed text, without a network: under a key made here -------------------------
  // It outlives the idle end of a session, not signing out, nor anybody else's signing in.
  const TYPED = "typed:", HALF_A_DAY = 12 * 3600 * 1000;
  const isTyped = (row) => row.id.startsWith(TYPED);
  const isOld = (row) => isTyped(row) && !(Date.now() - row.at < HALF_A_DAY);
  const typed = {
    id: (user, form) => TYPED + user + ":" + form,
    key: async (user) => (await freshKeys()).find((key) => key.id === TYPED + user),
    put: async (user, posting, form, what) => {
      const old = await typed.key(user);
      const key = (old && old.key)
        || (await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]));
      const row = { id: TYPED + user, owner: user + ".", key, until: Date.now() + HALF_A_DAY };
      const id = typed.id(user, form);
      flag.set(flag.get() || user + "." + posting);
      await put("keys", row);
      await put("drafts", { id, key: row.id, at: Date.now(), sealed: await seal(row, "typed", id, what) });
    },
    get: async (user, form) => {
      if (!flag.get()) return null;
      const id = typed.id(user, form), key = await typed.key(user), row = key && await get("drafts", id);
      return row && !isOld(row) ? unseal(key, "typed", id, row.sealed) : null;
    },
    drop: async (user, form) => { if (flag.get()) await drop("drafts", typed.id(user, form)); },
  };

  // --- the queue ---------------------------------------------------------------------------------
  async function keep(key, item, payload) {
    item.sealed = await seal(key, "visit", item.id, payload);
    await put("queue", item);
    flag.set(key.owner);
    changed();
  }
  const waiting = async (owner) => (await all("queue")).filter((item) => item.owner === owner)
    .sort((one, other) => one.at - other.at);

  const DECIDED_BY_PEOPLE = ["REFUSED", "CONFLICT", "GONE"];
  async function sendVisit(item, payload, key) {
    const { child, fields, seen } = payload;
    const told = await ask(child.visit_url, [...fields, ...Object.entries(seen),
      ["submission", item.id], ["owner", item.owner]]);
    if (told.state === "ACCEPTED" || told.state === "ALREADY") {
      await put("queue", { ...item, sent: true });
      await unlist(child.id);
      if (told.harm) harm.push({ name: child.name, url: told.harm });
      return "";
    }
    if (!DECIDED_BY_PEOPLE.includes(told.state)) return told.state;
    payload.answer = { errors: told.errors, reasons: told.reasons, seen: told.seen };
    await keep(key, { ...item, state: told.state }, payload);
    return told.state;
  }
  async function sendPhotos(item, payload, key) {
    for (const photo of (await all("photos")).filter((row) => row.visit === item.id)) {
      const raw = await unseal(key, "photo", photo.id, photo.sealed, true);
      const told = await ask(payload.child.photo_url, [["submission", photo.id], ["visit", item.id],
        ["owner", item.owner], ["photo", new Blob([raw], { type: "image/jpeg" })]]);
      if (told.state === "ACCEPTED" || told.state === "ALREADY") await drop("photos", photo.id);
      else if (DECIDED_BY_PEOPLE.includes(told.state)) {
        payload.answer = { errors: told.errors };
        await keep(key, { ...item, sent: true, state: "PHOTO" }, payload);
        return told.state;
      } else return told.state;
    }
    return "";
  }
  // What stops the sending of all that follows; "" when it went through.
  async function sendOne(item, url) {
    const key = await keyFor(item.key, url);
    if (typeof key === "string") {
      if (key === "TOO_OLD") await put("queue", { ...item, state: "TOO_OLD" });
      return key === "TOO_OLD" || key === "OTHER" ? "" : key;
    }
    const payload = await unseal(key, "visit", item.id, item.sealed);
    const state = (item.sent ? "" : await sendVisit(item, payload, key))
      || (await sendPhotos({ ...item }, payload, key));
    if (!state) await drop("queue", item.id);
    if (state === "WAIT") await put("queue", { ...item, sent: false }); // its visit first
    changed();
    return [...DECIDED_BY_PEOPLE, "OTHER", "WAIT"].includes(state) ? "" : state;
  }
  const harm = []; // where injuries were seen: told of as soon as it is sent
  let sending = null, stopped = "";
  async function sendAll(url) {
    for (const item of await waiting(flag.get())) {
      if (item.state) continue; // waits for a decision
      stopped = await sendOne(item, url);
      if (stopped) return;
    }
  }
  const send = (url) => sending || (sending = (async () => {
    stopped = "";
    changed();
    try {
      await navigator.locks.request(NAME, { ifAvailable: true }, (lock) => lock && sendAll(url));
    } finally { sending = null; changed(); }
  })());

  // --- the bar: how many wait, on every page -------------------------------------------------------
  const listeners = [];
  const changed = () => listeners.forEach((listener) => listener());
  async function showBar() {
    const bar = document.querySelector("[data-day-bar]");
    if (!bar) return;
    const owner = flag.get(), user = owner.split(".")[0] + ".";
    const rows = (await all("queue")).filter((item) => item.owner.startsWith(user));
    const mine = rows.filter((item) => item.owner === owner);
    const asks = mine.filter((item) => item.state).length, wait = mine.length - asks;
    const say = (name, count) => (count ? bar.dataset[name].replace("{n}", count) : "");
    const parts = [say("waiting", wait), say("asks", asks), say("elsewhere", rows.length - mine.length)];
    if (!rows.length && bar.dataset.none) parts.push(bar.dataset.none);
    if (sending && wait) parts.push(bar.dataset.sending);
    else if (!navigator.onLine) parts.push(bar.dataset.network);
    else if (wait && stopped) parts.push(bar.dataset[stopped.toLowerCase()] || bar.dataset.network);
    bar.querySelector("[data-day-text]").textContent = parts.filter(Boolean).join(" · ");
    bar.querySelector("[data-day-send]").hidden = !wait;
    bar.querySelector("[data-day-sign-in]").hidden = stopped !== "SIGNED_OUT";
    bar.classList.toggle("is-waiting", rows.length > 0);
    bar.hidden = !rows.length && !bar.dataset.none;
  }
  function setUpBar() {
    const bar = document.querySelector("[data-day-bar]");
    if (!bar || listeners.includes(showBar)) return;
    const url = bar.dataset.keyUrl;
    const goOn = async () => {
      if ((await waiting(flag.get())).some((item) => !item.state)) await send(url); else changed();
    };
    listeners.push(showBar);
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-day-send]")) send(url);
    });
    window.addEventListener("online", goOn);
    window.addEventListener("offline", changed);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) goOn(); });
    // A page opened without a network is not always told when there is one: it tries, soon at first.
    const SOON = 2000, SELDOM = 60000;
    let timer, pause = SELDOM;
    const later = (wait) => { clearTimeout(timer); timer = setTimeout(again, pause = wait); };
    const again = async () => {
      if (!sending) await goOn();
      later(stopped === "NETWORK" ? Math.min(2 * pause, SELDOM / 2) : SELDOM);
    };
    listeners.push(() => { if (!sending && stopped === "NETWORK" && pause === SELDOM) later(SOON); });
    later(SELDOM);
    goOn();
  }

  // --- on every page ---------------------------------------------------------------------------------
  async function begin() {
    const { user, posting, nobody } = document.body.dataset;
    const owner = user && posting ? user + "." + posting : "";
    if (!able || !flag.get()) return;
    if (owner) flag.set(owner);
    const isKnown = owner || nobody !== undefined; // who is here is known: nobody else's key stays
    await forget((key) => key.until <= Date.now()
      || (isTyped(key) ? user && key.owner !== user + "." : isKnown && key.owner !== owner));
    setUpBar();
  }
  document.addEventListener("DOMContentLoaded", begin);

  // Signing out: what waits unsent is told first.
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-forget]");
    if (!form || !able || !flag.get()) return;
    event.preventDefault();
    const user = document.body.dataset.user, box = form.querySelector("[data-unsent]");
    const isSure = event.submitter && event.submitter.hasAttribute("data-discard");
    try {
      const rows = await all("queue");
      const count = rows.filter((item) => item.owner.startsWith(user + ".")).length;
      if (count && !isSure) {
        box.querySelector("[data-unsent-text]").textContent = box.dataset.unsent.replace("{n}", count);
        box.hidden = false;
        box.focus();
        return;
      }
      await leave(user);
    } catch { /* no store any more: nothing is kept either */ }
    form.submit();
  });

  return { able, typed, ask, take, today, keep, seal, unseal, all, get, put, drop, forget, discard, leave, waiting,
    send, keyFor, harm, flag, listeners, changed, setUpBar, smallPicture };
})();
