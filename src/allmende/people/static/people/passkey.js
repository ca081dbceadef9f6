/* Says when a passkey did not work; the browser itself says nothing after a try given up. */
document.addEventListener('allauth.error', (event) => {
  const words = document.getElementById('passkey-failed');
  if (!words) return;
  event.preventDefault();
  words.hidden = false;
  words.focus();
});
