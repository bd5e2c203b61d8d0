// "/" puts the cursor into the page's main search box.
import { typing } from "./page.js";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || typing(event)) return;
  const boxes = [...document.querySelectorAll("[data-find]")].filter((box) => box.offsetParent !== null);
  const box = boxes.find((one) => one.dataset.find === "main") ?? boxes[0];
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});
