// Counts the characters of fields that have a place to fit into: data-count says how many fit well.
(() => {
  const PAUSE = 1000; // milliseconds after the last key before it is said aloud

  function said(text, numbers) {
    return Object.entries(numbers).reduce((sum, [name, value]) => sum.replace(`{${name}}`, value), text);
  }

  function count(panel) {
    const field = panel.querySelector("input[type=text], textarea");
    if (!field) return;
    const most = Number(panel.dataset.count);
    const line = document.createElement("p");
    const aloud = document.createElement("span");
    let timer = 0;
    let told = "";
    line.className = "slot-count";
    line.id = `${field.id}-count`;
    aloud.className = "w-sr-only";
    aloud.setAttribute("role", "status");
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${line.id}`.trim());

    function show() {
      const length = [...field.value.trim()].length;
      const over = length > most;
      const text = over ? panel.dataset.countOver : panel.dataset.countSaid;
      line.textContent = said(text, { count: length, most, over: length - most });
      line.classList.toggle("slot-count--over", over);
      clearTimeout(timer);
      // Only the step over the limit, and back, is worth an interruption.
      timer = setTimeout(() => {
        const now = over ? line.textContent : "";
        if (now !== told) aloud.textContent = told = now;
      }, PAUSE);
    }

    (field.closest(".w-field__wrapper") ?? field.parentElement).append(line, aloud);
    field.addEventListener("input", show);
    show();
  }

  document.querySelectorAll("[data-count]").forEach(count);
})();
