// Shows and hides a password; without JavaScript the button stays away.
document.querySelectorAll("[data-reveal]").forEach((button) => {
  const field = document.getElementById(button.dataset.reveal);
  const words = [button.textContent, button.dataset.hide];
  button.hidden = false;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.textContent = shown ? words[0] : words[1];
    button.setAttribute("aria-pressed", String(!shown));
    field.focus();
  });
});
