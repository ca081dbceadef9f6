/* Keeps text field and colour chooser alike and says at once whether the colour is readable.
   The server checks again; without this script the text field is enough. */
(() => {
  const luminance = (colour) => {
    const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
    const [red, green, blue] = parts.map((part) =>
      part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  };
  const connect = (field) => {
    const text = field.querySelector('input[type="text"]');
    const chooser = field.querySelector('[data-colour-chooser]');
    const verdict = field.querySelector('[data-colour-verdict]');
    const judge = () => {
      if (!/^#[0-9a-f]{6}$/i.test(text.value)) {
        verdict.textContent = '';
        return;
      }
      const reached = contrast(text.value, field.dataset.page);
      const good = reached >= Number(field.dataset.readable);
      const words = good ? verdict.dataset.good : verdict.dataset.bad;
      verdict.textContent = words.replace('%s', reached.toFixed(1));
      verdict.classList.toggle('colour-input__bad', !good);
      chooser.value = text.value.toLowerCase();
    };
    text.addEventListener('input', judge);
    chooser.addEventListener('input', () => {
      text.value = chooser.value;
      text.dispatchEvent(new Event('input', { bubbles: true }));
    });
    judge();
  };
  document.addEventListener('DOMContentLoaded', () => {
    document.querySelectorAll('[data-colour-input]').forEach(connect);
  });
})();
