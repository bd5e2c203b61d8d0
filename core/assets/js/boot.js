// htmx with our rules: own style sheet, CSRF token, error fragments swapped, full pages never
// swapped into a part, and a sentence when the server or the line is down.
import htmx from "htmx.org/dist/htmx.esm.min.js";
import { cookie, say, word } from "./page.js";

window.htmx = htmx;

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (!["GET", "HEAD"].includes(request.method)) request.headers["X-CSRFToken"] = cookie("csrftoken");
});

/** A page came where a part was asked for, and it does not hold the part (`hx-select="#results"`). */
function wholePage(ctx) {
  if (!/^\s*<!doctype html/i.test(ctx.text ?? "")) return false;
  return !(ctx.select?.startsWith("#") && ctx.text.includes(`id="${ctx.select.slice(1)}"`));
}

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const status = ctx.response.status;
  if (status >= 500 || status === 429) {
    event.preventDefault();
    say(word(status === 429 ? "tooMany" : "serverDown"), "bad");
  } else if (wholePage(ctx) && ctx.target !== document.body) {
    // The session ended and the answer is the sign-in page: go there as a page. The forms'
    // text is kept by autosave and comes back afterwards.
    event.preventDefault();
    // Somebody who is writing stays with what is written, and is told.
    if (document.querySelector("form[data-autosave]")) return say(word("signedOut"), "bad");
    location.assign(ctx.request.method === "GET" && ctx.push ? ctx.request.action : location.href);
  }
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx) say(word("offline"), "bad");
});

// A swapped form with errors takes the focus to its summary, like a loaded page does.
document.addEventListener("htmx:after:swap", () => {
  document.querySelector(".error-summary:not([data-seen])")?.focus();
  document.querySelectorAll(".error-summary").forEach((summary) => { summary.dataset.seen = ""; });
});
document.addEventListener("DOMContentLoaded", () => {
  const summary = document.querySelector(".error-summary");
  if (summary) { summary.dataset.seen = ""; summary.focus(); }
});

// A menu closes when one looks elsewhere; Escape closes it and gives the focus back.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  });
});
