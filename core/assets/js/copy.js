// Copies the text of the element named by data-copy and says so on the button for two seconds.
import { word } from "./page.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const words = button.querySelector("[data-words]") ?? button;
  const before = words.textContent;
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    words.textContent = word("copied");
  } catch {
    // Without https the clipboard is closed: select the text, so that one key copies it.
    getSelection()?.selectAllChildren(source);
    words.textContent = word("copyByHand");
  }
  setTimeout(() => { words.textContent = before; }, 2000);
});
