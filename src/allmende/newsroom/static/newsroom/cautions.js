// Keeps the cautions above an article in step with what is typed and chosen below.
(() => {
  const PAUSE = 700; // milliseconds without a change
  const box = document.querySelector("[data-cautions]");
  const form = box?.closest("form");
  if (!form) return;
  let asked = null;
  let timer = 0;

  function question() {
    const query = new URLSearchParams({
      headline: form.elements.title?.value ?? "",
      locale: form.elements.language?.value ?? "",
      article: box.dataset.article,
    });
    for (const chooser of form.querySelectorAll(".image-chooser")) {
      const value = chooser.parentElement.querySelector("input[type=hidden]")?.value;
      // A block that was taken out stays in the form, hidden, until it is saved.
      if (value && !chooser.closest("[data-streamfield-child][aria-hidden=true]")) {
        query.append("picture", value);
      }
    }
    return query.toString();
  }

  async function look() {
    const now = question();
    if (now === asked) return;
    asked = now;
    try {
      const answer = await fetch(`${box.dataset.cautions}?${now}`, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const text = (await answer.text()).trim();
      if (now === asked && box.innerHTML !== text) box.innerHTML = text;
    } catch {
      asked = null; // the next change asks again
    }
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  }

  for (const name of ["input", "change", "click"]) form.addEventListener(name, soon);
  window.addEventListener("focus", () => {
    asked = null; // a picture may have been mended in another tab
    soon();
  });
  soon();
})();
