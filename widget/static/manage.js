// For the server-rendered pages: what they do is done without a script; this only makes them kinder.
//   <time datetime data-format="date|time|range" data-end>  is shown in the visitor's zone and clock
//   <form data-once>                                        cannot be sent twice
//   <select data-submit>                                    sends its form when changed (its button hides)
//   [data-zone-detect]                                      an input that takes the visitor's zone
(() => {
  'use strict';

  const page = document.documentElement;
  const shown = page.dataset.zone;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = shown || own;

  const OPTIONS = {
    date: { weekday: 'long', day: 'numeric', month: 'long', timeZone: zone },
    time: { hour: 'numeric', minute: '2-digit', timeZone: zone },
  };

  const words = (kind, instant) => new Intl.DateTimeFormat(kind === 'date' ? page.lang : navigator.language, OPTIONS[kind]).format(instant);

  for (const element of document.querySelectorAll('time[data-format]')) {
    const start = new Date(element.dateTime);
    const kind = element.dataset.format;
    if (kind === 'range') element.textContent = `${words('time', start)}–${words('time', new Date(element.dataset.end))}`;
    else element.textContent = words(kind, start);
  }

  for (const input of document.querySelectorAll('[data-zone-detect]')) input.value = own;

  for (const select of document.querySelectorAll('select[data-submit]')) {
    select.form.querySelector('button').hidden = true;
    select.addEventListener('change', () => select.form.requestSubmit());
  }

  for (const form of document.querySelectorAll('form[data-once]')) {
    form.addEventListener('submit', (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = 'yes';
      for (const button of form.querySelectorAll('button')) button.setAttribute('aria-disabled', 'true');
    });
  }
  // Coming back with the browser's back button: the form may be sent again.
  addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-once]')) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll('button')) button.removeAttribute('aria-disabled');
    }
  });

  // Links from mails end in #move or #cancel.
  const openNamed = () => {
    const place = /^#\w+$/.test(location.hash) && document.querySelector(location.hash);
    if (place && place.matches('details')) place.open = true;
  };
  addEventListener('hashchange', openNamed);
  openNamed();
})();
