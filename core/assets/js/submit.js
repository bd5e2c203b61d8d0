// The same form is not sent twice: the button shows that it works, a second press does nothing.
// `Back` brings the page back as it was, so the guard is lifted then.
import { renewToken, word } from "./page.js";

const free = (form) => {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.matches("[data-again]") || form.method === "get") return;
  if (form.dataset.sent) return event.preventDefault();
  renewToken(form);
  form.dataset.sent = "1";
  const button = event.submitter;
  if (button?.matches(".btn")) {
    button.setAttribute("aria-busy", "true");
    if (button.dataset.busy) button.querySelector("[data-words]")?.replaceChildren(button.dataset.busy);
  }
  // A download answers without leaving the page: free the form again after a while.
  setTimeout(() => free(form), form.matches("[data-download]") ? 3000 : 20000);
});
document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target.closest?.("form");
  if (form) free(form);
});
window.addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(free); });

// A form with unsaved words and without autosave asks before the page is left.
let dirty = null;
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-guard]");
  if (form) dirty = form;
});
document.addEventListener("submit", () => { dirty = null; });
window.addEventListener("beforeunload", (event) => { if (dirty?.isConnected && word("saved")) event.preventDefault(); });
