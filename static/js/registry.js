// Everything works without this file; it finds places, keeps drafts, fills in, warns.
"use strict";
(function () {
  const cookie = (name) =>
    document.cookie.split("; ").map((part) => part.split("=")).filter((part) => part[0] === name)
      .map((part) => decodeURIComponent(part[1]))[0] || "";

  // --- places: type, choose from what fits -------------------------------------------------
  const pickers = (root) => root.querySelectorAll("[data-picker]").forEach(setUpPicker);

  function setUpPicker(box) {
    if (box.dataset.ready) return;
    box.dataset.ready = "1";
    const input = box.querySelector("input[type=text]");
    const hidden = box.querySelector("input[type=hidden]");
    const list = box.querySelector("[role=listbox]");
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
  function setUpDraft(form) {
    if (form.dataset.ready) return;
    form.dataset.ready = "1";
    let timer = null, sending = false, sent = false;
    const state = form.querySelector("[data-draft-state]");
    const note = (name) => { if (state) state.textContent = state.dataset[name] || ""; };
    const data = () => {
      const all = new FormData(form);
      for (const [name, value] of Array.from(all.entries())) if (value instanceof File) all.delete(name);
      form.querySelectorAll("[type=checkbox]:not(:checked)").forEach((box) => all.append(box.name, ""));
      all.set("draft", form.dataset.draft);
      all.set("csrfmiddlewaretoken", cookie("csrftoken"));
      return all;
    };
    const keep = async () => {
      if (sent) return true;
      try {
        const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: data(), redirect: "manual" });
        note(answer.status === 204 ? "kept" : "signedOut");
        return answer.status === 204;
      } catch { note("offline"); return false; }
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, 1500); });
    form.addEventListener("change", () => { clearTimeout(timer); timer = setTimeout(keep, 300); });
    form.addEventListener("submit", async (event) => {
      if (sent) return;
      event.preventDefault();
      if (sending) return; // pressed twice
      sending = true;
      clearTimeout(timer);
      const button = event.submitter;
      if (!(await keep())) { // signed out or no network: stay here, nothing is lost
        const help = form.querySelector("[data-draft-help]");
        if (help) { help.hidden = false; help.focus(); }
        sending = false;
        return;
      }
      sent = true;
      const token = form.querySelector("[name=csrfmiddlewaretoken]");
      if (token) token.value = cookie("csrftoken");
      form.requestSubmit(button);
    });
  }

  // --- filters act at once; a menu closes when one looks elsewhere ------------------------------
  function setUp(root) {
    pickers(root);
    root.querySelectorAll("form[data-draft]").forEach(setUpDraft);
  }
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-at-once]");
    if (form) form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    const opener = event.target.closest("[data-confirm]");
    if (opener && !window.confirm(opener.dataset.confirm)) event.preventDefault();
    if (event.target.closest("[data-print]")) window.print();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((m) => { m.open = false; });
  });
  document.addEventListener("DOMContentLoaded", () => {
    setUp(document);
    const summary = document.querySelector("[data-focus]");
    if (summary) summary.focus();
  });
  document.addEventListener("htmx:load", (event) => setUp(event.detail.elt));
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = cookie("csrftoken");
  });
})();
