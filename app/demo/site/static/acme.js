// Acme's own form: send it to the scheduler, which opens the free times over this page.
const form = document.querySelector('[data-scheduler-form]');
const status = document.querySelector('[data-status]');

form?.addEventListener('submit', (event) => {
  if (!window.SmartScheduler) return; // the scheduler's own page takes over
  event.preventDefault();
  const button = form.querySelector('[type=submit]');
  button.disabled = true;
  Promise.resolve(window.SmartScheduler.submit(form.dataset.schedulerForm, form))
    .catch(() => { status.textContent = 'That did not work. Please try again in a moment.'; })
    .finally(() => { button.disabled = false; });
});

// What a marketing page would count. The events carry no personal data.
for (const name of ['routed', 'booked', 'abandoned']) {
  document.addEventListener(name, (event) => {
    if (name === 'booked' && status) status.textContent = 'You are booked. See you soon.';
    console.info(`[acme] ${name}`, event.detail);
  });
}
