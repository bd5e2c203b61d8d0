// Shows a photo before it is sent, and says at once when a file is too big.
import { each, word } from "./page.js";

each("input[type=file][data-preview]", (input) => {
  const place = document.getElementById(input.dataset.preview);
  const note = document.getElementById(`${input.id}_big`);
  input.addEventListener("change", () => {
    const limit = Number(input.dataset.limit) || Infinity;
    const big = [...input.files].filter((file) => file.size > limit);
    if (note) { note.hidden = !big.length; note.querySelector("[data-words]").textContent = word("tooBig", { name: big[0]?.name, limit: Math.floor(limit / 1048576) }); }
    place?.querySelectorAll("img").forEach((image) => image.remove());
    for (const file of input.files) {
      if (!file.type.startsWith("image/") || file.size > limit) continue;
      const reader = new FileReader();
      reader.onload = () => {
        const image = document.createElement("img");
        image.src = reader.result;
        image.alt = file.name;
        place?.append(image);
      };
      reader.readAsDataURL(file);
    }
  });
});
