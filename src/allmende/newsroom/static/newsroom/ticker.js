// Renews a running ticker in place while its page is looked at, until a reader switches that off.
// Without this script the page reloads itself, and a link leads to a twin that does not.
(() => {
  "use strict";
  const region = document.querySelector("[data-live]");
  if (!region) return;
  const chooser = region.querySelector(".live-switch");
  const box = chooser.querySelector("input");
  const said = region.querySelector(".live-said");
  const pause = Number(region.dataset.live) * 1000;
  const KEPT = "ticker-renews";
  const PARTS = [".key-points", ".entries", ".pages"];
  let ended = false;

  const remembered = () => {
    try { return localStorage.getItem(KEPT); } catch { return null; }
  };
  if (remembered() === "no") box.checked = false;
  chooser.hidden = false;
  box.addEventListener("change", () => {
    try { localStorage.setItem(KEPT, box.checked ? "yes" : "no"); } catch { /* kept for this page only */ }
    if (box.checked) renew();
  });

  // Who is reading with the keyboard or has marked words keeps them.
  const busy = () =>
    region.querySelector(".entries")?.contains(document.activeElement) ||
    !(document.getSelection()?.isCollapsed ?? true);

  const anchors = (root) => [...root.querySelectorAll(".entry")].map((entry) => entry.id);

  function show(fresh) {
    const known = new Set(anchors(region));
    const more = anchors(fresh).some((anchor) => !known.has(anchor));
    for (const part of PARTS) {
      const old = region.querySelector(part), now = fresh.querySelector(part);
      if (old && now && old.innerHTML !== now.innerHTML) old.replaceWith(document.adoptNode(now));
    }
    if (more) said.textContent = said.dataset.said;
  }

  async function renew() {
    if (ended || !box.checked || document.hidden || busy()) return;
    let answer;
    try {
      answer = await fetch(location.pathname, { cache: "no-cache" });
    } catch {
      return; // no network for the moment
    }
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("ticker");
    if (!fresh) return;
    if (!fresh.dataset.live) {
      ended = true;
      clearInterval(clock);
      region.replaceWith(document.adoptNode(fresh));
    } else if (PARTS.some((part) => !region.querySelector(part) && fresh.querySelector(part))) {
      location.reload(); // the first entry, key point or further page has come
    } else {
      show(fresh);
    }
  }

  const clock = setInterval(renew, pause);
  document.addEventListener("visibilitychange", renew);
})();
