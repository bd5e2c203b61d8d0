// Forms marked data-live send themselves when a choice changes; their button then hides.
// htmx answers if the form has hx-get, else the page loads anew; both give the same URL.
import { each } from "./page.js";

each("form[data-live]", (form) => {
  form.querySelectorAll("[data-apply]").forEach((button) => { button.hidden = true; });
  form.addEventListener("change", (event) => {
    if (event.target.matches("input[type=text], input[type=search], textarea")) return;
    form.requestSubmit();
  });
});
// Empty fields stay out of the address, so that it reads well and can be sent to a colleague.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "get" || form.hasAttribute("hx-get")) return;
  form.querySelectorAll("input[name], select[name]").forEach((field) => { if (!field.value) field.disabled = true; });
  setTimeout(() => form.querySelectorAll(":disabled").forEach((field) => { field.disabled = false; }));
});
document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (request.method !== "GET" || !request.body?.delete) return;
  const kept = [...request.body].filter(([, value]) => value !== "");
  for (const name of new Set(request.body.keys())) request.body.delete(name);
  for (const [name, value] of kept) request.body.append(name, value);
});
