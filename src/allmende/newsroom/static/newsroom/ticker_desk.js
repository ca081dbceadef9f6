// Ctrl or Command with Enter sends the form of a ticker entry.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
  const form = event.target.closest("form");
  if (!form || !form.querySelector("[data-sends]")) return;
  event.preventDefault();
  form.requestSubmit();
});
