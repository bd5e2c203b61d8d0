// Forms that forget nothing. `<form data-autosave="URL or empty" data-form="need-new" data-acting="12">`
// keeps a copy in this browser at every key and posts the form to URL when the hand rests.
// The copy is offered again after an error of the line, an ended session or the back button; it is
// keyed by form and by organization acted for, so it never lands in somebody else's form.
import { cookie, each, renewToken, word } from "./page.js";

const REST = 1500; // milliseconds without a key before the server is told
const OLDEST = 14 * 24 * 3600 * 1000;
const SECRET = /^(csrfmiddlewaretoken|password|.*password.*|otp|code)$/i;

const key = (form) => `draft:${form.dataset.form}:${form.dataset.acting ?? ""}`;
const clock = (date) => `${date.getHours()}:${String(date.getMinutes()).padStart(2, "0")}`;

function read(form) {
  const values = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !SECRET.test(name)) (values[name] ??= []).push(value);
  }
  return values;
}

function write(form, values) {
  for (const field of form.elements) {
    if (!field.name || field.type === "file" || field.type === "hidden" || SECRET.test(field.name)) continue;
    const kept = values[field.name] ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = kept.includes(field.value);
    else if (field instanceof HTMLSelectElement && field.multiple) for (const option of field.options) option.selected = kept.includes(option.value);
    else if (field.name in values) field.value = kept.shift() ?? "";
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function stored(form) {
  try {
    const copy = JSON.parse(localStorage.getItem(key(form)) ?? "null");
    return copy && Date.now() - copy.at < OLDEST ? copy : null;
  } catch { return null; }
}

function keep(form) {
  try { localStorage.setItem(key(form), JSON.stringify({ at: Date.now(), values: read(form) })); } catch { /* storage full or off: the server copy remains */ }
}

function forget(form) {
  try { localStorage.removeItem(key(form)); } catch { /* nothing kept */ }
}

function offer(form, copy) {
  const place = form.querySelector("[data-restore]");
  if (!place) return write(form, copy.values);
  place.querySelector("[data-restore-at]").textContent = new Date(copy.at).toLocaleString(document.documentElement.lang, { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" });
  place.hidden = false;
  place.querySelector("[data-restore-yes]").onclick = () => { place.hidden = true; write(form, copy.values); };
  place.querySelector("[data-restore-no]").onclick = () => { place.hidden = true; forget(form); };
}

// The server may answer in JSON: `said` is shown; `fields` are values of hidden fields from now on
// (number and version of the draft); `address` is where the draft lives, so that loading the page
// anew goes on with it; `whole` means that everything typed is kept there and no copy is needed;
// `link` (`address`, `words`) opens in a window of its own, such as signing in again.
async function tell(form, status, signal) {
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  const sent = JSON.stringify(read(form));
  const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { "X-Requested-With": "autosave", "X-CSRFToken": cookie("csrftoken") }, redirect: "manual", signal });
  const json = answer.headers.get("content-type")?.startsWith("application/json") ? await answer.json() : {};
  if (!answer.ok && !json.said) throw new Error(String(answer.status));
  if (answer.ok) settle(form, json, sent);
  if (answer.status !== 204) show(status, json.said ?? word("saved", { time: clock(new Date()) }), !answer.ok, json.link);
}

function settle(form, { fields = {}, address, whole }, sent) {
  const unchanged = sent === JSON.stringify(read(form));
  for (const [name, value] of Object.entries(fields)) if (form.elements[name]) form.elements[name].value = value;
  if (whole && unchanged) forget(form);
  if (address && address !== location.pathname) history.replaceState(history.state, "", address);
}

function show(status, text, off, link) {
  if (!status || !text) return;
  status.classList.toggle("off", off);
  const words = status.querySelector("[data-words]") ?? status;
  words.textContent = text;
  if (link) {
    const way = Object.assign(document.createElement("a"), { href: link.address, target: "_blank", rel: "noopener", textContent: link.words });
    words.append(" ", way);
  }
  status.hidden = false;
}

each("form[data-autosave]", (form) => {
  const status = document.querySelector(`[data-saved-for="${form.dataset.form}"]`);
  const asServed = JSON.stringify(read(form));
  const copy = stored(form);
  if (copy && !form.querySelector(".error-summary") && JSON.stringify(copy.values) !== asServed) offer(form, copy);

  let timer;
  let saving;
  const changed = (event) => {
    if (event.isTrusted === false && event.type === "change") return;
    keep(form);
    renewToken(form);
    clearTimeout(timer);
    if (!form.dataset.autosave) return show(status, word("savedHere", { time: clock(new Date()) }), false);
    timer = setTimeout(() => {
      saving?.abort();
      const own = saving = new AbortController();
      tell(form, status, own.signal).catch(() => own.signal.aborted || show(status, word("notSent", { time: clock(new Date()) }), true));
    }, REST);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  // The copy is dropped only when the next page says that the form arrived. A saving under way is
  // let go: the server takes what one page saves and sends as the same hand, in whatever order.
  form.addEventListener("submit", () => { keep(form); clearTimeout(timer); saving?.abort(); });
});

// `<template data-form-done="need-new">` on the page after sending: received, the copies go.
each("[data-form-done]", (sign) => {
  for (const name of Object.keys(localStorage)) if (name.startsWith(`draft:${sign.dataset.formDone}:`)) localStorage.removeItem(name);
});
