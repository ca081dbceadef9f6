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

  const TEXT = "textarea, input[type=text], input[type=url], .public-DraftEditor-content";

  // What readers will read of a block: hidden fields and closed choosers are no text of it.
  function text(block) {
    return [...block.querySelectorAll(TEXT)]
      .filter((field) => !field.parentElement.closest(".public-DraftEditor-content"))
      .map((field) => (field.matches(".public-DraftEditor-content") ? field.innerText : field.value).trim())
      .filter(Boolean)
      .join("\n");
  }

  function lineOf(parent) {
    const found = [...parent.children].find((child) => child.matches(".slot-count"));
    if (found) return found;
    const line = document.createElement("p");
    line.className = "slot-count";
    parent.append(line);
    return line;
  }

  function countBlocks(panel) {
    let timer = 0;

    function show() {
      const blocks = [...panel.querySelectorAll("[data-streamfield-child]")].filter(
        (block) => !block.closest("[aria-hidden=true]") && !block.parentElement.closest("[data-streamfield-child]"),
      );
      const texts = blocks.map(text);
      blocks.forEach((block, number) => {
        const length = [...texts[number]].length;
        const words = length ? said(panel.dataset.countBlocks, { count: length }) : "";
        const line = lineOf(block.querySelector(".w-panel__content") ?? block);
        if (line.textContent !== words) line.textContent = words;
      });
      const whole = texts.join("\n").trim();
      const words = said(panel.dataset.countWhole, {
        count: [...texts.join("")].length,
        words: whole ? whole.split(/\s+/).length : 0,
      });
      const line = lineOf(panel);
      if (line.textContent !== words) line.textContent = words;
    }

    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(show, PAUSE / 4);
    };
    // Blocks come, go and move; the editor of texts writes into the page and fires no event.
    new MutationObserver(soon).observe(panel, { childList: true, subtree: true, characterData: true });
    panel.addEventListener("input", soon);
    show();
  }

  document.querySelectorAll("[data-count]").forEach(count);
  document.querySelectorAll("[data-count-blocks]").forEach(countBlocks);
})();
