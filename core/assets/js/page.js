// What the modules share: run a function for every matching element now and in swapped
// fragments; words of the interface; a line in the live region.

const found = [];

/** Calls `start(element)` once per element matching `selector`, present or arriving later. */
export function each(selector, start) {
  found.push([selector, start]);
  if (document.readyState !== "loading") scan(document, [[selector, start]]);
}

const begun = new WeakMap();

function scan(root, list = found) {
  for (const [selector, start] of list) {
    const elements = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) elements.unshift(root);
    for (const element of elements) {
      const done = begun.get(element) ?? new Set();
      if (done.has(selector)) continue;
      begun.set(element, done.add(selector));
      start(element);
    }
  }
}

document.addEventListener("DOMContentLoaded", () => scan(document));
document.addEventListener("htmx:after:swap", () => scan(document));

/** A sentence from the page (`<template id="words" data-…>`), so that it is translated on the server. */
export function word(name, values = {}) {
  const text = document.getElementById("words")?.dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** The value of a cookie, "" where there is none. */
export function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return decodeURIComponent(found?.slice(name.length + 1) ?? "");
}

/** Signing in again, in another window, gave the browser a new token: the form sends that one. */
export function renewToken(form) {
  const field = form.elements.csrfmiddlewaretoken;
  if (field && cookie("csrftoken")) field.value = cookie("csrftoken");
}

/** Says one line to everybody, screen readers included; `kind` is ok, wait or bad. */
export function say(text, kind = "ok") {
  const place = document.getElementById("says");
  if (!place || !text) return;
  const line = document.createElement("div");
  line.className = `say-line ${kind}`;
  const words = document.createElement("span");
  words.textContent = text;
  line.append(words);
  place.querySelectorAll("[data-said]").forEach((old) => old.remove());
  line.dataset.said = "";
  place.append(line);
}

/** True while the person is writing: single keys are then letters, not commands. */
export function typing(event) {
  const target = event.target;
  return event.isComposing || event.ctrlKey || event.metaKey || event.altKey ||
    (target instanceof Element && target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog[open]") !== null);
}
