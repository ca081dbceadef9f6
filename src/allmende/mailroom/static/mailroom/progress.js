// Keeps a mailing's numbers up to date while one looks at them. Parts that say the same as before are
// left alone, so that a button that is being pressed stays.
(() => {
  const PAUSE = 2000; // milliseconds
  const box = document.querySelector("[data-progress]");
  if (!box) return;

  const isLive = () => box.querySelector("[data-live]") !== null;

  async function look() {
    try {
      if (!document.hidden) {
        const answer = await fetch(box.dataset.progress, { credentials: "same-origin" });
        if (!answer.ok || answer.redirected) return;
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of box.querySelectorAll("[data-part]")) {
          const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
          if (other && part.innerHTML !== other.innerHTML) part.innerHTML = other.innerHTML;
        }
      }
    } catch {
      // the next look may find the line again
    }
    if (isLive()) setTimeout(look, PAUSE);
  }

  if (isLive()) setTimeout(look, PAUSE);
})();
