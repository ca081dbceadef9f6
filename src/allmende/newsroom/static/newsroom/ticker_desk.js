// Ctrl or Command with Enter sends the form of a ticker entry.
const SAVES = 300; // milliseconds that the text editor takes to hand over the last letters

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
  const form = event.target.closest("form");
  if (!form || !form.querySelector("[data-sends]")) return;
  event.preventDefault();
  event.stopPropagation();
  setTimeout(() => form.requestSubmit(), SAVES);
}, true);
