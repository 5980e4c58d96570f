// Everything works without this; it only saves steps.

// A page may still be coming in: so whatever is clicked is looked at, and not every button that there is.
document.documentElement.classList.toggle('can-copy', Boolean(navigator.clipboard));
document.addEventListener('click', async ({ target }) => {
  const button = target instanceof Element ? target.closest('button[data-copy]') : null;
  if (!button || button.textContent === 'Copied') return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const said = button.textContent;
  button.textContent = 'Copied';
  setTimeout(() => {
    button.textContent = said;
  }, 2_000);
});
