// One visitor's way through the card: about you, pick a time, booked. Everything they did is kept until it is done.

import { AboutYou } from './about.js';
import { randomKey } from './api.js';
import { bookedStep, doneBadge } from './booked.js';
import { Card } from './card.js';
import { addDays, Reader, visitorZone, wallClock } from './dates.js';
import { h, icon, webAddress } from './dom.js';
import { showTrouble } from './notice.js';
import { forget, recall, remember } from './session.js';
import { Slots } from './slots.js';
import { isRightToLeft, speaker } from './strings.js';
import { paint } from './theme.js';
import { PickTime } from './times.js';

export class Flow {
  /** `host` is the element events are told to; `root` the place inside its shadow tree; `frame` holds the card. */
  constructor({ host, root, frame, api, slug, words, locale, theme, answers, loadForm }) {
    Object.assign(this, { host, root, api, slug, words, locale, theme, loadForm });
    this.answers = answers || {};
    this.zone = visitorZone();
    this.say = speaker(words, locale);
    this.card = new Card(frame, this.say);
    this.root.lang = locale;
    this.root.dir = isRightToLeft(locale) ? 'rtl' : 'ltr';
    paint(root, { theme });
    addEventListener('pagehide', () => this.abandon());
    document.addEventListener('visibilitychange', () => document.hidden || this.returned());
  }

  tell(name, detail) {
    this.host.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail: { form: this.slug, ...detail } }));
  }

  // ---- the form

  async open() {
    this.card.showSkeleton();
    try {
      this.use(await this.loadForm(() => this.api.form(this.slug)));
      return true;
    } catch (problem) {
      const trouble = h('div', null);
      this.card.facts.replaceChildren();
      this.card.show('trouble', this.say('missing'), [trouble], { quiet: true });
      showTrouble(trouble, problem, this.say, () => this.start());
      return false;
    }
  }

  use(form) {
    this.form = form;
    this.say = this.card.say = speaker(this.words, this.locale, form.strings);
    this.reader = new Reader(this.locale);
    paint(this.root, { accent: form.branding.accent, theme: this.theme || form.branding.theme });
    this.card.showFacts(form, this.reader, this.zone, (zone) => this.setZone(zone), (minutes) => {
      // other times; the next one that is kept takes the place of what was kept for the old length
      this.api.length = { minutes };
      this.card.showChosen('');
      if (this.times) this.resume(this.request);
    });
  }

  /** Show the first step, or go on where a reload interrupted. */
  async start() {
    if (this.isStarted || !(await this.open())) return;
    this.isStarted = true;
    const open = recall(this.api.home, this.slug);
    if (open) await this.resume(open);
    else this.showAbout({ quiet: true });
  }

  showAbout({ quiet, problem } = {}) {
    if (this.times) this.times.abandon();
    this.times = null;
    this.card.showChosen('');
    this.about = new AboutYou({
      form: this.form, say: this.say, locale: this.locale, answers: this.answers, hidden: this.hiddenAnswers(), submit: (answers) => this.submit(answers),
    });
    this.card.show('about', this.say('about'), [this.about.node], { quiet });
    this.api.warm(`/forms/${encodeURIComponent(this.slug)}/requests`, 'content-type', 'idempotency-key');
    if (problem) this.about.refuse(problem);
  }

  // Hidden fields take their value from a data- attribute of the element or from the page's address.
  hiddenAnswers() {
    const query = new URLSearchParams(location.search);
    const given = {};
    for (const { type, name } of this.form.fields) {
      const value = type === 'hidden' && (this.host.getAttribute('data-' + name) ?? query.get(name) ?? this.answers[name]);
      if (value) given[name] = value;
    }
    return given;
  }

  // What the page knows that the visitor did: a JSON list in the element's data-behaviors attribute.
  context() {
    let behaviors;
    try { behaviors = JSON.parse(this.host.getAttribute('data-behaviors')); } catch { behaviors = null; }
    return { behaviors: Array.isArray(behaviors) ? behaviors.slice(0, 20) : [] };
  }

  // ---- the request

  /** Answers from a form of the page: straight to the times; what is refused is asked for in our own form. */
  async submitFromOutside(answers) {
    const outcome = new Promise((resolve) => { this.settled = resolve; });
    if (this.times) this.times.stop();
    this.booking = this.times = null;
    if (!(await this.open())) return outcome;
    this.isStarted = true;
    this.card.showWaiting();
    try {
      await this.submit({ ...this.hiddenAnswers(), ...answers });
    } catch (problem) {
      this.answers = answers;
      this.showAbout({ problem });
    }
    return outcome;
  }

  /** Send the answers. The same answers are one request, however often the button is pressed. */
  async submit(answers) {
    const text = JSON.stringify(answers);
    if (text === this.sent && this.request) return this.showTimes();
    if (text !== this.keyed) this.key = randomKey();
    this.keyed = text;
    this.answers = answers;
    const reply = await this.api.request(this.slug, { answers, timezone: this.zone, locale: this.locale, source: source(), context: this.context() }, this.key);
    this.sent = text;
    this.keyed = null;
    return this.proceed(reply);
  }

  async proceed({ request, next, slots }) {
    this.kind = next.kind;
    this.tell('routed', { kind: next.kind });
    if (next.kind === 'message') return this.showMessage(next.title, next.text);
    if (next.kind === 'redirect') return this.leave(next.url);
    this.request = request;
    this.isOpen = true;
    remember(this.api.home, this.slug, request);
    this.slots = new Slots();
    if (slots && !this.api.length) this.takeSlots(slots);
    else await this.fetchSlots();
    return this.showTimes();
  }

  span() {
    const { date } = wallClock(Date.now(), this.zone);
    return [date, addDays(date, 30)];
  }

  takeSlots(answer) {
    this.slots.add(answer, ...this.span(), this.zone);
  }

  async fetchSlots() {
    this.takeSlots(await this.api.slots(this.request, ...this.span(), this.zone));
  }

  async resume(open) {
    this.request = open;
    this.slots = new Slots();
    this.card.showWaiting();
    try {
      await this.fetchSlots();
      this.isOpen = true;
      this.showTimes({ quiet: true });
    } catch (problem) {
      if (/^(0|429|5\d\d)$/.test(problem.status)) this.trouble(problem, () => this.resume(open));
      else if (problem.code === 'already-booked') this.refused(problem);
      else this.restart();
    }
  }

  trouble(problem, retry) {
    const place = h('div', null);
    this.card.show('pick', this.say('pick'), [place], { quiet: true });
    showTrouble(place, problem, this.say, retry);
  }

  restart() {
    forget(this.api.home, this.slug);
    this.request = null;
    this.sent = null;
    this.isOpen = false;
    this.showAbout({ quiet: true });
  }

  // ---- the time

  showTimes({ quiet } = {}) {
    if (this.times) this.times.stop();
    this.times = new PickTime({
      api: this.api, request: this.request, slots: this.slots, say: this.say, reader: this.reader, zone: this.zone,
      isRightToLeft: this.root.dir === 'rtl', canGoBack: true, goBack: () => this.showAbout(), booked: (booking) => this.showBooked(booking),
      refused: (problem) => this.refused(problem), chose: (text) => this.card.showChosen(text),
    });
    this.times.start();
    this.card.show('pick', this.say('pick'), [this.times.node], { quiet });
    this.api.warm(`/requests/${this.request.id}/holds`, 'authorization', 'content-type');
  }

  setZone(zone) {
    this.zone = zone;
    if (this.booking) this.showBooked(this.booking, { quiet: true });
    else if (this.times) this.times.setZone(zone);
  }

  returned() {
    if (this.times && this.isOpen && Date.now() - this.left > 60000) this.times.refresh();
  }

  /** The request cannot be gone on with: it is booked already, or too old. */
  refused(problem) {
    const isBooked = problem.code === 'already-booked';
    forget(this.api.home, this.slug);
    this.request = null;
    this.sent = null;
    this.isOpen = false;
    if (isBooked) {
      this.showMessage(this.say('already'), this.say('alreadyText'));
    } else {
      this.showAbout();
      this.about.trouble.replaceChildren(h('div', { class: 'notice', role: 'alert' }, icon('alert'), h('p', null, this.say('gone'))));
    }
  }

  // ---- the ends

  showBooked(booking, { quiet } = {}) {
    this.isOpen = false;
    this.booking = booking;
    this.times = null;
    forget(this.api.home, this.slug);
    this.card.showChosen('');
    const { type, name } = this.form.fields.find((field) => field.type === 'email') || {};
    const email = type && this.answers[name];
    this.card.show('booked', this.say('booked'), [
      bookedStep({ booking, say: this.say, reader: this.reader, zone: this.zone, origin: this.api.home })],
    { quiet, lede: email ? this.say('invited', { email }) : this.say('invite'), badge: doneBadge() });
    if (!quiet) this.finish('booked', {});
  }

  showMessage(title, text) {
    this.times = null;
    this.card.showChosen('');
    this.card.show('message', title, [], { lede: text });
    this.finish(null);
  }

  leave(url) {
    const target = webAddress(url, this.api.home);
    this.card.show('message', this.say('leaving'), []);
    this.finish(null);
    if (target) location.assign(target);
  }

  finish(event) {
    this.isOpen = false;
    if (event) this.tell(event);
    if (this.settled) this.settled({ kind: event || this.kind || 'message' });
  }

  /** The visitor left an open request: say so once, and give a kept time back. */
  abandon() {
    this.left = Date.now();
    if (!this.isOpen) return;
    if (this.times) this.times.abandon();
    if (!this.saidAbandoned) this.tell('abandoned', { step: 'pick' });
    this.saidAbandoned = true;
  }
}

// Where the visitor came from: the page without its query, the referrer, and the campaign's own names.
function source() {
  const utm = {};
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (name.startsWith('utm_')) utm[name.slice(4)] = value.slice(0, 200);
  }
  return { url: location.origin + location.pathname, referrer: document.referrer, utm };
}
