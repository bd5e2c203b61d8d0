// "还能写 120 字" under a text box with maxlength; spoken only when little is left.
import { each } from "./page.js";

each("[data-counter]", (counter) => {
  const field = document.getElementById(counter.dataset.counter);
  if (!field || field.maxLength < 1) return;
  const [left, over] = [counter.dataset.left, counter.dataset.full];
  const show = () => {
    // Characters as a person counts them, as the server does: 𠮷 is one.
    const rest = field.maxLength - [...field.value].length;
    counter.textContent = (rest > 0 ? left : over).replace("{n}", rest);
    counter.setAttribute("aria-live", rest <= 20 ? "polite" : "off");
  };
  field.addEventListener("input", show);
  show();
});
