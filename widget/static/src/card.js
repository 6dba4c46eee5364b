// The card: facts on one side, the step on the other. Moving to a step moves the focus to its heading and says so.

import { city, visitorZone } from './dates.js';
import { h, icon, webAddress, whenIdle } from './dom.js';

const STEPS = ['about', 'pick', 'booked'];
const PLACES = { video: 'video', phone: 'phone' };

export class Card {
  constructor(root, say) {
    this.say = say;
    this.facts = h('aside', { class: 'facts' });
    this.step = h('div', { class: 'step' });
    this.live = h('p', { class: 'hush', role: 'status' });
    this.node = h('section', { class: 'card', 'aria-label': say('loading') }, this.facts, this.step, this.live);
    root.replaceChildren(this.node);
  }

  /** The real layout without its words, while the form is on its way. */
  showSkeleton() {
    this.node.ariaBusy = 'true';
    this.facts.replaceChildren(h('div', { class: 'bones facts-bones' }));
    this.step.replaceChildren(h('div', { class: 'bones form-bones' }));
  }

  /** The times' layout without its words, while the first times are on their way. */
  showWaiting() {
    this.show('pick', this.say('pick'), [h('p', { class: 'hush' }, this.say('loading')), h('div', { class: 'bones times-bones' })], { quiet: true });
  }

  showFacts(form, reader, zone, onZone, onLength) {
    const type = form.meeting_type;
    const logo = webAddress(form.branding.logo_url, document.baseURI);
    const picture = form.branding.logo_url && logo && h('img', { class: 'logo', src: logo, alt: '', referrerpolicy: 'no-referrer', onerror: () => picture.remove() });
    this.reader = reader;
    this.chosen = h('li', { class: 'chosen', hidden: true });
    this.zone = h('select', { class: 'zone', 'aria-label': this.say('zone'), onchange: () => onZone(this.zone.value) });
    this.setZone(zone);
    whenIdle(() => this.fillZones());
    this.facts.replaceChildren(
      h('p', { class: 'company' }, picture, form.company.name), h('h2', { class: 'what' }, type.name),
      h('p', { class: 'about' }, type.description),
      h('ul', null, h('li', null, icon('clock'), type.lengths[1] ? h('select', { class: 'zone', 'aria-label': this.say('length'), onchange: (event) => onLength(+event.target.value) },
          type.lengths.map((value) => h('option', { value, selected: value === type.minutes }, reader.minutes(value)))) : reader.minutes(type.minutes)),
        type.location && h('li', null, icon(PLACES[type.location] || 'place'), PLACES[type.location] ? this.say(PLACES[type.location]) : type.location),
        h('li', { class: 'at-zone' }, icon('globe'), this.zone), this.chosen));
    this.node.setAttribute('aria-label', `${form.company.name}: ${type.name}`);
    this.node.ariaBusy = null;
  }

  setZone(zone) {
    if (![...this.zone.options].some((one) => one.value === zone)) {
      this.zone.prepend(h('option', { value: zone }, `${city(zone)} (${this.reader.offset(zone)})`));
    }
    this.zone.value = zone;
  }

  // Some four hundred zones by region; typing in the list finds a city.
  fillZones() {
    const current = this.zone.value;
    const zones = Intl.supportedValuesOf ? Intl.supportedValuesOf('timeZone') : [];
    const regions = new Map();
    for (const name of new Set([...zones, visitorZone(), current, 'UTC'])) {
      const region = name.includes('/') ? name.split('/')[0] : 'UTC';
      regions.set(region, [...(regions.get(region) || []), name]);
    }
    const option = (name) => h('option', { value: name }, `${city(name)} (${this.reader.offset(name)})`);
    this.zone.replaceChildren(...[...regions].map(([label, names]) => h('optgroup', { label }, names.map(option))));
    this.zone.value = current;
  }

  showChosen(text) {
    if (!this.chosen) return;
    this.chosen.hidden = !text;
    this.chosen.replaceChildren(...(text ? [icon('date'), h('span', null, text)] : []));
  }

  /** Show a step. `quiet` leaves the focus where it is (the first step of a page that just loaded). */
  show(name, title, parts, { quiet, lede, badge } = {}) {
    const at = STEPS.indexOf(name);
    const heading = h('h2', { class: 'title', tabindex: '-1' }, title);
    this.step.replaceChildren(
      ...[badge || (at >= 0 && h('div', { class: 'progress', 'aria-hidden': 'true' }, STEPS.map((_, n) => h('i', { class: n <= at && 'on' })))),
        heading, lede && h('p', { class: 'lede' }, lede), ...parts].filter(Boolean));
    this.step.className = 'step at-' + name;
    if (quiet) return;
    this.announce(at < 0 ? title : this.say('step', { n: at + 1, title }));
    heading.focus({ preventScroll: true });
    if (this.node.getBoundingClientRect().top < 0) this.node.scrollIntoView({ block: 'start' });
  }

  announce(text) {
    this.live.textContent = '';
    setTimeout(() => { this.live.textContent = text; }, 60);
  }
}
