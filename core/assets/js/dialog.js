// A link to a page that asks something (`<a href="…/withdraw/" data-dialog="ask-1">`) opens the
// dialog of that id instead. Without JavaScript the page itself asks the same.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-dialog]");
  if (link && !event.ctrlKey && !event.metaKey) {
    const dialog = document.getElementById(link.dataset.dialog);
    if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
  }
  const close = event.target.closest?.("[data-close]");
  if (close?.closest("dialog")) { event.preventDefault(); close.closest("dialog").close(); }
  if (event.target.matches?.("dialog.ask")) event.target.close();
});
