// Links under a search box: arrows go through them, Escape puts them away until the next letter.
import { each } from "./page.js";

each("[data-suggest]", (list) => {
  const form = list.closest("form");
  const box = form?.querySelector("[data-find]");
  if (!box) return;
  box.addEventListener("input", () => { list.hidden = false; });
  form.addEventListener("submit", () => { list.hidden = true; });
  form.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      list.hidden = true;
      box.focus();
      event.preventDefault();
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [box, ...(list.hidden ? [] : list.querySelectorAll("a"))];
    const at = stops.indexOf(document.activeElement);
    if (stops.length < 2 || at < 0) return;
    event.preventDefault();
    stops[(at + (event.key === "ArrowDown" ? 1 : -1) + stops.length) % stops.length].focus();
  });
});
