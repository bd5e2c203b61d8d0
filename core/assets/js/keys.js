// Keys of a desk. `<ol data-keys>` holds items (`[data-item]`); j/k or arrows go along, Enter opens
// the item's first link or the one marked data-open, and any other single letter presses the
// button marked data-key="r" inside the current item, else the one on the page.
import { typing } from "./page.js";

const lists = () => [...document.querySelectorAll("[data-keys]")];

function list() {
  return document.activeElement?.closest?.("[data-keys]") ?? document.querySelector("[data-keys=main]") ?? lists()[0];
}

function current(place) {
  const items = [...place.querySelectorAll("[data-item]")];
  return { items, at: items.findIndex((item) => item.contains(document.activeElement) || item.classList.contains("on")) };
}

function go(place, step) {
  const { items, at } = current(place);
  if (!items.length) return;
  const next = items[Math.min(items.length - 1, Math.max(0, at + step))];
  items.forEach((item) => item.classList.toggle("on", item === next));
  (next.matches("[data-focus]") ? next : next.querySelector("[data-focus], a, button, input") ?? next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (typing(event)) return;
  const place = list();
  if (!place) return;
  const letter = event.key.toLowerCase();
  if (letter === "j" || (event.key === "ArrowDown" && place.contains(document.activeElement))) { event.preventDefault(); return go(place, 1); }
  if (letter === "k" || (event.key === "ArrowUp" && place.contains(document.activeElement))) { event.preventDefault(); return go(place, -1); }
  const { items, at } = current(place);
  if (event.key === "Enter" && at >= 0 && !document.activeElement.matches("a, button, summary, input")) return items[at].querySelector("[data-open], a")?.click();
  if (!/^[a-z]$/.test(letter) || event.shiftKey) return;
  const button = items[at]?.querySelector(`[data-key="${letter}"]`) ?? document.querySelector(`[data-key="${letter}"]:not([data-item] *)`);
  if (button) { event.preventDefault(); button.click(); }
});

document.addEventListener("focusin", (event) => {
  const item = event.target.closest?.("[data-keys] [data-item]");
  if (!item) return;
  item.closest("[data-keys]").querySelectorAll("[data-item].on").forEach((old) => old.classList.remove("on"));
  item.classList.add("on");
});
