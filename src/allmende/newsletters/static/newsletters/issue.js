// Renews the figures of an issue on its way. Without it, "Look again" does.
(() => {
  const place = document.querySelector("[data-issue-progress]");
  const moving = () => place?.querySelector("[data-moving]");
  const look = async () => {
    try {
      const answer = await fetch(place.dataset.issueProgress);
      // A button that somebody is at is not taken away from under the finger.
      if (answer.ok && !place.contains(document.activeElement)) place.innerHTML = await answer.text();
    } catch {
      // The server is away for a moment: asked again.
    }
    if (moving()) setTimeout(look, 2000);
  };
  if (moving()) setTimeout(look, 2000);
})();
