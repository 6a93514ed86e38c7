// The page of the day offline: the list, the form, the photos, what the visitor has to decide.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const day = window.registryDay;
  const one = (name, root) => (root || document).querySelector(`[data-${name}]`);
  const parts = { none: one("none", document.querySelector("main")), day: one("day"), visit: one("visit"),
    asks: one("asks", document.querySelector("main")) };
  const form = parts.visit.querySelector("form");
  let open = null; // what the form stands for: { child, key, visit, item }

  const clone = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
  const lines = (list, texts) => texts.forEach((text) => {
    list.appendChild(document.createElement("li")).textContent = text;
  });
  const say = (name, root, text) => { one(name, root).textContent = text; };

  // --- the list ------------------------------------------------------------------------------------
  async function drawList(now) {
    const list = one("list", parts.day);
    const written = new Map(), begun = new Set((await day.all("drafts")).map((row) => row.id));
    for (const item of await day.all("queue")) if (item.row) written.set(item.row, item);
    list.replaceChildren(...now.list.children.map((child) => card(child, written.has(child.id), begun.has(child.id))));
    say("title", parts.day, now.list.day);
    one("empty", parts.day).hidden = now.list.children.length > 0;
  }
  function card(child, isWritten, isBegun) {
    const box = clone("child-card");
    say("name", box, child.name);
    say("about", box, child.about);
    child.due.forEach((text) => { one("due", box).appendChild(document.createElement("div")).textContent = text; });
    say("carer", box, [child.carer, child.phone].filter(Boolean).join(" · "));
    say("last", box, child.last);
    lines(one("issues", box), child.issues);
    one("issues", box).hidden = !child.issues.length;
    one("written", box).hidden = !isWritten;
    one("begun", box).hidden = isWritten || !isBegun;
    const link = one("open", box);
    link.href = "#visit=" + child.id;
    link.hidden = isWritten;
    say("of", box, " " + child.name);
    return box;
  }

  // --- the form --------------------------------------------------------------------------------------
  const fields = () => Array.from(new FormData(form).entries()).filter(([, value]) => !(value instanceof File));
  function fill(values) {
    form.reset();
    for (const [name, value] of values) {
      for (const field of form.querySelectorAll("[name]")) {
        if (field.name !== name) continue;
        if (field.type === "radio") field.checked = field.value === value; else field.value = value;
      }
    }
    form.querySelector("details").open = false;
  }
  function offerCarers(child) {
    const group = form.querySelector(".of-guardianship .chip-group");
    const none = group.querySelector("[value='']"), label = none.nextElementSibling;
    group.replaceChildren(none, label);
    child.carers.forEach((carer, index) => {
      const button = none.cloneNode(), words = label.cloneNode();
      button.id = words.htmlFor = "carer_" + index;
      button.value = carer.value;
      words.textContent = carer.label;
      group.append(button, words);
    });
  }
  async function openForm(child, key, visit, values, item) {
    open = { child, key, visit, item };
    offerCarers(child);
    fill(values);
    clearErrors();
    say("name", parts.visit, child.name);
    say("last", parts.visit, child.last);
    await drawPhotos();
  }
  async function openChild(now, id) {
    const child = now.list.children.find((row) => row.id === id);
    if (!child) return false;
    const draft = await day.get("drafts", id);
    const kept = draft && await day.unseal(now.key, "draft", id, draft.sealed);
    await openForm(child, now.key, draft ? draft.visit : crypto.randomUUID(), kept || Object.entries(child.initial), null);
    return true;
  }
  async function openAgain(id) {
    const item = await day.get("queue", id);
    const found = item && await opened(item);
    if (!found) return false;
    const { payload, key } = found;
    await openForm(payload.child, key, item.id, payload.fields, item);
    showErrors((payload.answer && payload.answer.errors) || {});
    return true;
  }
  const keyUrl = one("day-bar").dataset.keyUrl;
  async function opened(item) {
    const key = await day.keyFor(item.key, keyUrl);
    return typeof key === "string" ? null : { key, payload: await day.unseal(key, "visit", item.id, item.sealed) };
  }

  let timer = null;
  async function keepDraft(isAsked) {
    if (!timer && !isAsked) return;
    clearTimeout(timer);
    timer = null;
    if (!open || open.item || !(await isHeld())) return;
    const { child, key, visit } = open;
    await day.put("drafts", { id: child.id, key: key.id, visit, sealed: await day.seal(key, "draft", child.id, fields()) });
  }

  // --- what stands open when its day is over -----------------------------------------------------------
  // Whether it may still be read: the key is there and of today, or what is corrected still waits.
  async function isHeld() {
    if (open.item) return Boolean(await day.get("queue", open.item.id));
    const kept = await day.get("keys", open.key.id);
    return Boolean(kept && kept.until > Date.now());
  }
  // At midnight what was half typed is sealed among what waits, to be gone on with after signing in; once
  // signed out it goes with the rest. Either way nothing of it stays on the screen.
  let closing = null;
  const closeOver = () => closing || (closing = closeUnheld().finally(() => { closing = null; }));
  async function closeUnheld() {
    if (!open || (await isHeld())) return;
    const { child, key, visit, item } = open, typed = fields();
    const isTyped = Boolean(timer || (await day.get("drafts", child.id)));
    const kept = await day.get("keys", key.id), isOver = Math.min(kept ? kept.until : Infinity, key.until) <= Date.now();
    clearTimeout(timer);
    timer = open = null;
    if (!item && isOver && isTyped && day.flag.get() === key.owner) {
      const row = { id: visit, owner: key.owner, key: key.id, at: Date.now(), row: child.id, sent: false };
      await day.keep(key, { ...row, state: "UNFINISHED" }, { child, seen: child.seen, fields: typed, answer: null });
      await day.drop("drafts", child.id);
    }
    form.reset();
    if (window.location.hash) window.location.hash = ""; else await show();
  }
  for (const name of ["focus", "storage", "pageshow"]) window.addEventListener(name, closeOver);
  document.addEventListener("visibilitychange", closeOver);

  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => keepDraft(true), 400); });

  // --- what is wrong, at its field ---------------------------------------------------------------------
  function clearErrors() {
    form.querySelectorAll("[data-error]").forEach((box) => box.remove());
    form.querySelectorAll(".is-invalid").forEach((field) => field.classList.remove("is-invalid"));
    one("wrong", form).hidden = true;
  }
  function showErrors(errors) {
    clearErrors();
    say("whole", form, (errors[""] || []).join(" "));
    for (const [name, messages] of Object.entries(errors)) {
      const field = name && form.querySelector(`[name="${name}"]`);
      if (!field) continue;
      const box = field.closest("fieldset") || field.parentElement, fold = field.closest("details");
      const error = box.appendChild(document.createElement("div"));
      error.className = "text-danger small mt-1";
      error.dataset.error = name;
      error.textContent = messages.join(" ");
      field.classList.add("is-invalid");
      if (fold) fold.open = true;
    }
    const wrong = one("wrong", form);
    wrong.hidden = !Object.keys(errors).length;
    if (!wrong.hidden) wrong.focus();
    return !wrong.hidden;
  }
  function missing(values) { // as children/forms/home_visit.py has it, which decides
    const told = Object.fromEntries(values), rules = JSON.parse(form.dataset.essential), errors = {};
    const asked = told.outcome === "MET" ? [...rules[""], ...(rules[told.mode] || [])] : [];
    for (const name of asked) if (!told[name]) errors[name] = [form.dataset.tap];
    if (!told.visited_on) errors.visited_on = [form.dataset.dayMissing];
    return errors;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await closeOver();
    if (!open || showErrors(missing(fields()))) return;
    const { child, key, visit, item } = open, typed = fields();
    const before = item ? (await opened(item)).payload : { child, seen: child.seen };
    const row = item || { id: visit, owner: key.owner, key: key.id, at: Date.now(), row: child.id, sent: false };
    clearTimeout(timer);
    timer = open = null;
    await day.keep(key, { ...row, state: "" }, { ...before, fields: typed, answer: null });
    await day.drop("drafts", child.id);
    window.location.hash = "";
    day.send(keyUrl);
  });

  // --- photos: small, sealed ------------------------------------------------------------------------------
  const photosOf = async (visit) => (await day.all("photos")).filter((row) => row.visit === visit);
  async function drawPhotos() {
    const list = one("photos", form), { key, visit } = open;
    list.replaceChildren();
    for (const photo of await photosOf(visit)) {
      const raw = await day.unseal(key, "photo", photo.id, photo.sealed, true);
      const picture = await createImageBitmap(new Blob([raw], { type: "image/jpeg" }));
      const line = clone("photo-line"), canvas = line.querySelector("canvas");
      canvas.height = 96;
      canvas.width = Math.round((96 * picture.width) / picture.height);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      line.querySelector("button").addEventListener("click", async () => {
        await day.drop("photos", photo.id);
        await drawPhotos();
      });
      list.append(line);
    }
  }
  const picker = one("photo", form);
  picker.addEventListener("change", async () => {
    const [file] = picker.files, { key, visit } = open;
    if (!file) return;
    say("photo-wrong", form, "");
    if ((await photosOf(visit)).length >= Number(picker.dataset.number)) say("photo-wrong", form, picker.dataset.most);
    else {
      try {
        const id = crypto.randomUUID(), raw = await (await day.smallPicture(file)).arrayBuffer();
        await keepDraft(true); // so that the photo has a visit that it belongs to
        await day.put("photos", { id, visit, key: key.id, sealed: await day.seal(key, "photo", id, raw) });
      } catch { say("photo-wrong", form, picker.dataset.bad); }
    }
    picker.value = "";
    await drawPhotos();
  });

  // --- what the visitor decides ---------------------------------------------------------------------------
  async function drawAsks() {
    const rows = (await day.waiting(day.flag.get())).filter((item) => item.state);
    const boxes = [];
    for (const item of rows) boxes.push(await askCard(item));
    one("list", parts.asks).replaceChildren(...boxes);
    parts.asks.hidden = !rows.length;
  }
  async function askCard(item) {
    const box = clone("ask-card"), why = one("why", box), found = item.state === "TOO_OLD" ? null : await opened(item);
    const answer = (found && found.payload.answer) || {};
    why.textContent = why.dataset[item.state !== "TOO_OLD" && !found ? "locked" : item.state.toLowerCase()];
    one("correct", box).hidden = !found || !["REFUSED", "UNFINISHED"].includes(item.state);
    if (item.state === "UNFINISHED") one("correct", box).textContent = one("correct", box).dataset.goOn;
    one("correct", box).href = "#again=" + item.id;
    one("anyway", box).hidden = !found || item.state !== "CONFLICT";
    one("written", box).closest("details").hidden = !found;
    one("discard", box).addEventListener("click", async (event) => {
      if (window.confirm(event.target.dataset.confirm)) await day.discard(item);
    });
    if (!found) return box;
    say("name", box, found.payload.child.name);
    lines(one("reasons", box), [...(answer.reasons || []), ...Object.values(answer.errors || {}).flat()]);
    inWords(one("written", box), found.payload);
    one("anyway", box).addEventListener("click", async () => {
      await day.keep(found.key, { ...item, state: "" }, { ...found.payload, seen: answer.seen, answer: null });
      day.send(keyUrl);
    });
    return box;
  }
  function inWords(list, payload) { // by the form's own labels
    offerCarers(payload.child);
    for (const [name, value] of payload.fields) {
      const field = value && form.querySelector(`[name="${name}"]`);
      if (!field) continue;
      const chosen = field.type === "radio" && form.querySelector(`[name="${name}"][value="${CSS.escape(value)}"]`);
      const head = field.closest("fieldset") ? field.closest("fieldset").querySelector("legend") : field.labels[0];
      list.appendChild(document.createElement("dt")).textContent = head.firstChild.textContent;
      list.appendChild(document.createElement("dd")).textContent = chosen ? chosen.nextElementSibling.textContent : value;
    }
  }

  // --- which part is shown ---------------------------------------------------------------------------------
  async function show() {
    await keepDraft();
    const now = await day.today(), [what, id] = window.location.hash.slice(1).split("=");
    const isForm = (what === "visit" && now && (await openChild(now, id))) || (what === "again" && (await openAgain(id)));
    if (!isForm) open = null;
    parts.visit.hidden = !isForm;
    parts.day.hidden = isForm || !now;
    parts.none.hidden = isForm || Boolean(now);
    parts.asks.hidden = true;
    if (!isForm && now) await drawList(now);
    if (!isForm) await drawAsks();
    if (isForm) { window.scrollTo(0, 0); document.getElementById("content").focus(); }
  }
  async function refresh() { // after sending: the form in hand stays as it is
    for (const told of day.harm.splice(0)) {
      const note = clone("harm-note"), link = note.querySelector("a");
      link.href = told.url;
      link.textContent = told.name;
      one("harm").append(note);
    }
    if (open) return;
    const now = await day.today();
    if (now) await drawList(now);
    parts.day.hidden = !now;
    parts.none.hidden = Boolean(now);
    await drawAsks();
  }

  document.addEventListener("click", async (event) => {
    const take = event.target.closest("[data-take]"), clear = event.target.closest("[data-clear]");
    if (clear && window.confirm(clear.dataset.confirm)) { await day.forget(() => true); await show(); }
    if (!take) return;
    const told = one("take-failed"), state = await day.take(take.dataset.url);
    told.textContent = state ? told.dataset[state === "SIGNED_OUT" ? "signedOut" : state.toLowerCase()] || told.dataset.network : "";
    one("sign-in", parts.none).hidden = state !== "SIGNED_OUT";
    await show();
  });
  window.addEventListener("hashchange", show);
  setInterval(async () => { // midnight
    await closeOver();
    if (!(await day.today()) && !open) await show();
  }, 60000);

  (async () => {
    if (!day.able) { parts.none.hidden = false; return; }
    await day.forget((key) => key.until <= Date.now());
    day.setUpBar();
    day.listeners.push(refresh);
    await show();
    navigator.serviceWorker.register(document.body.dataset.worker, { scope: "/" }).catch(() => {});
  })();
});
