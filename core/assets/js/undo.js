// The undo strip counts its seconds down and goes; hovering or focusing it stops the clock,
// so nobody loses it by being slow.
import { each } from "./page.js";

each("[data-undo]", (strip) => {
  let left = Number(strip.dataset.undo) || 10;
  const words = strip.querySelector("[data-undo-left]");
  const bar = strip.querySelector(".run");
  let held = false;
  const hold = (on) => () => { held = on; if (bar) bar.style.animationPlayState = on ? "paused" : "running"; };
  strip.addEventListener("mouseenter", hold(true));
  strip.addEventListener("mouseleave", hold(false));
  strip.addEventListener("focusin", hold(true));
  strip.addEventListener("focusout", hold(false));
  const tick = setInterval(() => {
    if (!strip.isConnected) return clearInterval(tick);
    if (held) return;
    left -= 1;
    if (words) words.textContent = words.dataset.words.replace("{n}", left);
    if (left <= 0) { clearInterval(tick); strip.remove(); }
  }, 1000);
});
