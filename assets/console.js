// Everything works without this; it only saves steps.

// A page may still be coming in: so whatever is clicked is looked at, and not every button that there is.
document.documentElement.classList.toggle('can-copy', Boolean(navigator.clipboard));
document.addEventListener('click', async ({ target }) => {
  const button = target instanceof Element ? target.closest('button[data-copy]') : null;
  if (button?.textContent !== 'Copy') return;
  const copied = navigator.clipboard.writeText(button.dataset.copy);
  // A browser may forbid it; what is to be copied stands beside the button.
  button.textContent = await copied.then(
    () => 'Copied',
    () => 'Not copied',
  );
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 2_000);
});
