// widget.js: small, short-cached, and the only address a website ever names. It defines <smart-scheduler>,
// finds its own origin, and brings in one hashed bundle and one kit (style, icons, words of one language) when
// the visitor comes near.
//
//   <script src="https://…/widget.js" async></script> <smart-scheduler form="demo"></smart-scheduler>
//   <script src="https://…/widget.js" data-form="demo"></script>                   inline, at the script's place
//   <script src="https://…/widget.js" data-form="demo" data-mode="popup"></script> opened by [data-smart-scheduler-open]
//
// Further attributes (data-… on a script): theme (light, dark) and locale. Elements inside <smart-scheduler> are
// the fallback: they show until the card is ready, and stay when it cannot be.
(() => {
  'use strict';

  const TAG = 'smart-scheduler';
  const BUNDLE = '__BUNDLE__';
  const KITS = '__KITS__';
  const script = document.currentScript;
  const home = new URL('.', script.src).href.slice(0, -1);

  function make(attributes) {
    const element = document.createElement(TAG);
    for (const name of ['form', 'mode', 'theme', 'locale']) {
      if (attributes[name]) element.setAttribute(name, attributes[name]);
    }
    return element;
  }

  // data-form on the script: an element of ours in the script's place.
  function place() {
    const put = () => (document.body.contains(script) ? script.after(make(script.dataset)) : document.body.append(make(script.dataset)));
    if (!script.dataset.form) return;
    if (document.body) put();
    else addEventListener('DOMContentLoaded', put);
  }

  if (customElements.get(TAG)) {
    place();
    return;
  }

  let bundle = null;

  // A script element passes a strict CSP by its nonce or its origin; the bundle hands over its mount function.
  function load() {
    bundle = bundle || new Promise((resolve, reject) => {
      const element = document.createElement('script');
      window[Symbol.for(TAG)] = resolve;
      element.src = home + BUNDLE;
      element.nonce = script.nonce;
      element.onerror = () => {
        bundle = null;
        reject(new Error('smart-scheduler: the bundle could not be loaded'));
      };
      document.head.append(element);
    });
    return bundle;
  }

  const getJson = (path) => fetch(home + path, { credentials: 'omit' }).then((response) => (response.ok ? response.json() : null));

  const answersOf = (form) => Object.fromEntries([...new FormData(form)].filter(([, value]) => value && typeof value === 'string'));

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(':host{all:initial;display:block}:host([hidden]){display:none}:host([mode=popup]){display:contents}.room{min-height:440px}');

  class SmartScheduler extends HTMLElement {
    connectedCallback() {
      if (this.isSeen) return;
      this.isSeen = true;
      if (this.isPopup) {
        (window.requestIdleCallback || setTimeout)(() => this.ready().catch(() => {}));
        return;
      }
      if (!this.firstElementChild) this.shadow().append(Object.assign(document.createElement('div'), { className: 'room' }));
      const near = new IntersectionObserver(([entry]) => {
        if (!entry.isIntersecting) return;
        near.disconnect();
        this.ready().then(({ flow }) => flow.start()).catch(() => this.giveUp());
      }, { rootMargin: '800px' });
      near.observe(this.firstElementChild || this);
    }

    get isPopup() {
      return this.getAttribute('mode') === 'popup';
    }

    get slug() {
      return encodeURIComponent(this.getAttribute('form'));
    }

    get locale() {
      const near = this.closest('[lang]');
      try {
        return new Intl.Locale(this.getAttribute('locale') || near?.lang || navigator.language).baseName;
      } catch {
        return 'en';
      }
    }

    shadow() {
      if (!this.shadowRoot) this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [sheet];
      return this.shadowRoot;
    }

    ready() {
      this.made = this.made || this.mount();
      this.made.catch(() => { this.made = null; });
      return this.made;
    }

    // Bundle, kit and form travel at the same time. A fallback is only replaced when all of them arrived.
    async mount() {
      const { locale } = this;
      const fetchForm = () => getJson('/api/v1/forms/' + this.slug).catch(() => null);
      let first = fetchForm();
      const [mount, kit] = await Promise.all([load(), getJson(KITS[locale.split('-')[0]] || KITS.en)]);
      const isFallback = !this.isPopup && this.firstElementChild;
      if (isFallback && !(await first)) throw new Error('smart-scheduler: the form could not be loaded');
      const form = this.querySelector('form');
      return mount({
        host: this, shadow: this.shadow(), home, kit, locale, slug: this.getAttribute('form'), mode: this.isPopup && 'popup',
        theme: this.getAttribute('theme'), answers: form ? answersOf(form) : {},
        loadForm: async (ask) => { // what is not a form is asked for again by the bundle, which says what is wrong
          const form = first && (await first);
          first = null;
          return form || ask();
        },
      });
    }

    giveUp() {
      if (this.firstElementChild) return;
      const link = document.createElement('a');
      link.href = `${home}/f/${this.slug}`;
      link.textContent = this.getAttribute('label') || 'Book a meeting';
      this.shadow().replaceChildren(link);
    }

    /** Open the pop-up; it goes on where the visitor left it. With answers it starts at the times. */
    async open(answers) {
      const { flow, dialog } = await this.ready();
      if (!dialog.open) dialog.showModal();
      if (answers) return flow.submitFromOutside(answers);
      return flow.start();
    }

    async close() {
      (await this.ready()).dialog.close();
    }
  }

  function popupFor(form) {
    const open = document.querySelector(`${TAG}[mode=popup]` + (form ? `[form="${CSS.escape(form)}"]` : ''));
    if (open || !form) return open;
    const element = make({ form, mode: 'popup' });
    document.body.append(element);
    return element;
  }

  customElements.define(TAG, SmartScheduler);

  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-smart-scheduler-open]');
    const element = opener && popupFor(opener.dataset.smartSchedulerOpen);
    if (!element) return;
    event.preventDefault();
    element.open().catch(() => location.assign(`${home}/f/${element.slug}`));
  });

  window.SmartScheduler = {
    /** Open the pop-up of a form. */
    open: (form) => popupFor(form).open(),
    /** Send the answers of an existing form (an object or a <form>) and open the times over it. Resolves to {kind}. */
    submit: (form, answers) => popupFor(form).open(answers instanceof HTMLFormElement ? answersOf(answers) : answers),
  };

  place();
})();
