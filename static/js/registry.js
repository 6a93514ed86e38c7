// Everything works without this file; it finds places, keeps drafts, fills in, warns.
"use strict";
(function () {
  const cookie = (name) =>
    document.cookie.split("; ").map((part) => part.split("=")).filter((part) => part[0] === name)
      .map((part) => decodeURIComponent(part[1]))[0] || "";

  // --- what was said stands where the page opens, not above it ----------------------------------
  const place = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const said = document.querySelectorAll("[data-said]");
  if (place && said.length) {
    place.before(...said);
    said[0].scrollIntoView();
  }

  // --- places: type, choose from what fits -------------------------------------------------
  const pickers = (root) => root.querySelectorAll("[data-picker]").forEach(setUpPicker);

  function setUpPicker(box) {
    if (box.dataset.ready) return;
    box.dataset.ready = "1";
    const input = box.querySelector("input[type=text]");
    const hidden = box.querySelector("input[type=hidden]");
    const list = box.querySelector("[role=listbox]");
    box.querySelector("[data-was]")?.remove(); // how the server tells a change made without us
    let timer = null, active = -1, asked = 0;
    const options = () => Array.from(list.querySelectorAll("[role=option]"));
    const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); active = -1; };
    const mark = (index) => {
      const all = options();
      if (!all.length) return;
      active = (index + all.length) % all.length;
      all.forEach((option, i) => option.setAttribute("aria-selected", i === active ? "true" : "false"));
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    };
    const choose = (option) => {
      hidden.value = option.dataset.code;
      input.value = option.dataset.text;
      close();
      hidden.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const ask = async () => {
      const text = input.value.trim();
      if (!text) { close(); return; }
      const mine = ++asked;
      const query = new URLSearchParams({ text, within: box.dataset.within, level: box.dataset.level });
      const answer = await fetch(box.dataset.url + "?" + query);
      if (mine !== asked || !answer.ok) return;
      list.innerHTML = await answer.text();
      options().forEach((option, i) => {
        option.id = list.id + "-" + i;
        option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
      });
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      active = -1;
    };
    input.addEventListener("input", () => {
      hidden.value = "";
      clearTimeout(timer);
      timer = setTimeout(ask, 200);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") { event.preventDefault(); list.hidden ? ask() : mark(active + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); mark(active - 1); }
      else if (event.key === "Enter" && !list.hidden) {
        event.preventDefault();
        const all = options();
        if (all.length) choose(all[Math.max(active, 0)]);
      } else if (event.key === "Escape") close();
    });
    input.addEventListener("blur", () => setTimeout(close, 150));
  }

  // --- drafts: what is typed is kept on the server a moment later -----------------------------
  // Without a network they stay on this device, sealed, of this user alone, for half a day at most,
  // and are taken out again as soon as the server has them (day.js); see docs/security.md.
  const me = () => document.body.dataset.user || "";
  const sealed = () => me() && window.registryDay && registryDay.able && registryDay.typed;
  const away = {
    put: async (form, fields) => {
      if (!sealed()) return false;
      try {
        await sealed().put(me(), document.body.dataset.posting || "", form.dataset.draft, fields);
        return true;
      } catch { return false; }
    },
    get: async (form) => {
      try { return sealed() ? await sealed().get(me(), form.dataset.draft) : null; } catch { return null; }
    },
    drop: async (form) => {
      try { if (sealed()) await sealed().drop(me(), form.dataset.draft); } catch { /* no store */ }
    },
    tidy: () => { // what earlier versions left here in clear
      try {
        for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key);
      } catch { /* no store */ }
    },
  };

  let shown = window.location.pathname;
  function fill(form, fields) {
    form.querySelectorAll("details").forEach((part) => { part.open = true; });
    form.querySelectorAll("[type=checkbox]").forEach((box) => { box.checked = false; });
    for (const [name, value] of fields) {
      for (const field of form.querySelectorAll("[name]")) {
        if (field.name !== name || field.type === "file") continue;
        if (field.type === "radio") field.checked = field.value === value;
        else if (field.type === "checkbox") field.checked = field.checked || (value !== "" && field.value === value);
        else if (field.tagName !== "BUTTON") field.value = value;
      }
    }
  }

  function setUpDraft(form) {
    if (form.dataset.ready) return;
    form.dataset.ready = "1";
    let timer = null, sending = false, sent = false, pressed = null, retry = null, typed = 0;
    let isAnothers = false; // somebody else is signed in meanwhile, or another posting acts
    const state = form.querySelector("[data-draft-state]");
    const note = (name) => { if (state) state.textContent = state.dataset[name] || ""; };
    const data = () => {
      const all = new FormData(form);
      for (const [name, value] of Array.from(all.entries())) if (value instanceof File) all.delete(name);
      form.querySelectorAll("[type=checkbox]:not(:checked)").forEach((box) => {
        if (!all.has(box.name)) all.append(box.name, "");
      });
      all.set("draft", form.dataset.draft);
      all.set("as", `${me()}.${document.body.dataset.posting || ""}`);
      all.set("csrfmiddlewaretoken", cookie("csrftoken"));
      return all;
    };
    const keepHere = async (waits) => {
      const fields = Array.from(data().entries())
        .filter(([name]) => !["csrfmiddlewaretoken", "draft", "as"].includes(name));
      const kept = await away.put(form, fields);
      note(!kept ? "signedOut" : waits ? "waiting" : "offline");
      clearTimeout(retry);
      retry = setTimeout(again, 15000);
    };
    const keep = async () => {
      if (sent) return true;
      const upTo = typed;
      try {
        const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: data(), redirect: "manual" });
        if (answer.status === 204) await away.drop(form);
        isAnothers = answer.status === 409;
        if (answer.status !== 204) note(isAnothers ? "another" : "signedOut");
        else if (typed === upTo) note("kept");
        return answer.status === 204;
      } catch { await keepHere(Boolean(pressed)); return false; }
    };
    // The network is back: what was pressed is sent, what was typed is kept.
    const again = async () => {
      clearTimeout(retry);
      if (!form.isConnected || sent || sending) return;
      if (pressed) submit(pressed); else if (await away.get(form)) keep();
    };
    const submit = async (button) => {
      sending = true;
      clearTimeout(timer);
      pressed = form.hasAttribute("data-resend") ? button : null;
      if (!(await keep())) { // signed out or no network: stay here, nothing is lost
        for (const help of form.querySelectorAll("[data-draft-help], [data-draft-another]")) {
          help.hidden = help.hasAttribute("data-draft-another") !== isAnothers;
          if (!help.hidden) help.focus();
        }
        sending = false;
        return;
      }
      const token = form.querySelector("[name=csrfmiddlewaretoken]");
      if (token) token.value = cookie("csrftoken");
      if (form.hasAttribute("data-resend")) { await send(button); sending = false; return; }
      sent = true;
      form.requestSubmit(button);
    };
    // Sent from here, so that a lost answer leaves the page standing; the key in the form sees
    // to it that sending again has no second effect.
    const send = async (button) => {
      const body = new FormData(form);
      if (button && button.name) body.set(button.name, button.value);
      let answer, text;
      try {
        answer = await fetch(form.action, { method: "POST", body });
        text = await answer.text();
      } catch { await keepHere(true); return; }
      const page = new DOMParser().parseFromString(text, "text/html");
      if (answer.status >= 500 || !page.body.children.length) { await keepHere(true); return; }
      sent = true;
      clearTimeout(retry);
      await away.drop(form);
      if (answer.redirected) history.pushState({}, "", answer.url);
      shown = window.location.pathname;
      document.title = page.title;
      document.body.replaceWith(page.body);
      window.scrollTo(0, 0);
      setUp(document);
      const first = document.querySelector("[data-focus]") || document.getElementById("content");
      if (first) first.focus();
    };
    const later = (delay) => {
      typed += 1;
      if (state && state.textContent === state.dataset.kept) note(""); // no longer all of it
      clearTimeout(timer);
      timer = setTimeout(keep, delay);
    };
    form.addEventListener("input", () => later(1500));
    form.addEventListener("change", () => later(300));
    form.addEventListener("submit", (event) => {
      if (sent) return;
      event.preventDefault();
      if (!sending) submit(event.submitter); // else pressed twice
    });
    window.addEventListener("online", again);
    away.get(form).then((left) => {
      if (!left || typed || form.querySelector(".is-invalid, [role=alert]")) return;
      fill(form, left);
      keep();
    });
  }

  // --- photos are made smaller before they are sent --------------------------------------------------
  async function smaller(file) {
    if (!file.type.startsWith("image/") || file.size < 300000) return file;
    try {
      const blob = await window.registryDay.smallPicture(file);
      return blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
    } catch { return file; } // no picture that this browser reads: the server says so
  }
  document.addEventListener("change", async (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || !field.hasAttribute("data-shrink")) return;
    const save = field.form ? field.form.querySelectorAll("button") : [];
    save.forEach((button) => { button.disabled = true; });
    const kept = new DataTransfer();
    for (const file of field.files) kept.items.add(await smaller(file));
    field.files = kept.files;
    save.forEach((button) => { button.disabled = false; });
  });

  // --- filters act at once; a menu closes when one looks elsewhere ------------------------------
  // Boxes that belong to the form, wherever they stand on the page.
  const boxesOf = (all) => Array.from(all.form.elements).filter((box) => box.name === all.dataset.tickAll);
  function setUp(root) {
    pickers(root);
    root.querySelectorAll("form[data-draft]").forEach(setUpDraft);
    root.querySelectorAll("[hidden] > [data-tick-all]").forEach((box) => {
      box.parentElement.hidden = boxesOf(box).length < 2;
    });
  }
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-at-once]");
    if (form) form.requestSubmit();
  });
  window.addEventListener("popstate", () => { // back to a page whose place another took
    if (shown !== window.location.pathname) window.location.reload();
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    const opener = event.target.closest("[data-confirm]");
    if (opener && !window.confirm(opener.dataset.confirm)) event.preventDefault();
    if (event.target.closest("[data-print]")) window.print();
  });
  if (document.querySelector("[data-print-now]")) window.addEventListener("load", () => window.print());
  // --- levels by keys: 1–4 gives one and goes on to the next line, 0 takes it away ---------------
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest("[data-levels]");
    if (!box || event.target.type !== "radio" || !/^[0-9]$/.test(event.key)) return;
    const lines = Array.from(box.querySelectorAll("fieldset"));
    const line = event.target.closest("fieldset");
    const level = line.querySelectorAll("[type=radio]")[Number(event.key)];
    if (!level) return;
    event.preventDefault();
    level.checked = true;
    level.dispatchEvent(new Event("change", { bubbles: true }));
    const next = lines[lines.indexOf(line) + 1];
    const first = next && (next.querySelector("[type=radio]:checked") || next.querySelector("[type=radio]"));
    (first || level).focus();
  });
  // --- one key, one answer: buttons and links that name their key; never while one types ----------
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const key = event.shiftKey ? "" : event.key.toLowerCase();  // Caps Lock may be on
    const named = /^[a-z]$/.test(key) && document.querySelector(`[data-key="${key}"]`);
    if (named) { event.preventDefault(); named.click(); }
  });
  // --- a file is the answer: the page stays, so what was said of the last attempt goes -------------
  document.addEventListener("submit", ({ target }) => {
    if (!target.matches("[data-fetches]")) return;
    target.querySelectorAll(".alert-danger, .text-danger[role=alert]").forEach((said) => said.remove());
    target.querySelectorAll(".is-invalid").forEach((field) => field.classList.remove("is-invalid"));
    target.querySelectorAll("[data-fetched]").forEach((told) => { told.hidden = false; });
  });
  // --- one tick for all the boxes of a form --------------------------------------------------------
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-tick-all]")) return;
    boxesOf(target).forEach((box) => { box.checked = target.checked; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((m) => { m.open = false; });
  });
  document.addEventListener("DOMContentLoaded", () => {
    away.tidy();
    setUp(document);
    const summary = document.querySelector("[data-focus]");
    if (summary) summary.focus();
  });
  document.addEventListener("htmx:load", (event) => setUp(event.detail.elt));
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = cookie("csrftoken");
  });
})();
