// Hides the contribution box on devices whose reader has said so, by their own click. What was
// chosen stays on the device. Without this script the box stands, and a link explains.
(() => {
  "use strict";
  const KEPT = "appeals";
  const isOff = () => {
    try { return localStorage.getItem(KEPT) === "off"; } catch { return false; }
  };
  const box = document.getElementById("ask-contribution")?.closest("aside");
  if (box && isOff()) box.hidden = true;

  const chooser = document.querySelector("[data-appeals]");
  if (!chooser) return;
  const show = () => {
    for (const part of chooser.querySelectorAll("[data-when]")) {
      part.hidden = part.dataset.when !== (isOff() ? "off" : "on");
    }
  };
  chooser.addEventListener("click", (event) => {
    const wish = event.target.closest("button")?.value;
    if (!wish) return;
    try {
      if (wish === "off") localStorage.setItem(KEPT, "off");
      else localStorage.removeItem(KEPT);
    } catch {
      chooser.querySelector("[data-refused]").hidden = false;
      return;
    }
    show();
    chooser.querySelector('[data-when]:not([hidden]) [role="status"]')?.focus();
  });
  chooser.hidden = false;
  show();
})();
