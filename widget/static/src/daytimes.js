// One day's times by part of the day. A listbox: one stop in the tab order, arrow keys walk, Enter or Space takes.

import { h } from './dom.js';
import { isCivil } from './slots.js';

const PARTS = [['morning', 0, 12], ['afternoon', 12, 17], ['evening', 17, 24]];

export class DayTimes {
  constructor({ say, isRightToLeft, describe, label, choose }) {
    Object.assign(this, { say, describe, label, choose });
    this.keys = { ArrowRight: isRightToLeft ? -1 : 1, ArrowLeft: isRightToLeft ? 1 : -1, ArrowDown: 1, ArrowUp: -1 };
    this.node = h('div', null);
    this.openDate = null;
  }

  /** Times outside 07:00–21:00 wait behind a button, unless the day has no others. */
  show({ date, title, slots, chosen }) {
    const active = this.node.getRootNode().activeElement;
    const focused = this.node.contains(active) && active.dataset.start;
    const all = this.openDate === date || !slots.some(isCivil);
    const shown = all ? slots : slots.filter((slot) => isCivil(slot) || slot.start === chosen);
    this.list = h('div', { class: 'list', role: 'listbox', 'aria-label': title, onkeydown: (event) => this.key(event) },
      PARTS.map((part) => this.part(part, shown, chosen)));
    const more = shown.length < slots.length && h('button', { type: 'button', class: 'link', onclick: () => {
      this.openDate = date;
      this.show({ date, title, slots, chosen });
      this.focusOn(this.buttons()[0]);
    } }, this.say('more'));
    this.node.replaceChildren(...[h('h3', { class: 'day-title' }, title), this.list, more].filter(Boolean));
    const start = this.buttons().find((one) => one.ariaSelected === 'true') || this.buttons()[0];
    if (start) start.tabIndex = 0;
    if (focused) this.focusOn(this.buttons().find((one) => one.dataset.start === focused)); // times may come anew at any moment
  }

  part([name, from, to], slots, chosen) {
    const mine = slots.filter((slot) => slot.hour >= from && slot.hour < to);
    if (!mine.length) return null;
    return h('div', { class: 'group', role: 'group', 'aria-label': this.say(name) },
      h('span', { 'aria-hidden': 'true' }, this.say(name)), h('div', { role: 'presentation' }, mine.map((slot) => this.time(slot, chosen))));
  }

  time(slot, chosen) {
    return h('button', {
      type: 'button', role: 'option', tabindex: '-1', class: 'time' + (slot.isLost ? ' taken' : ''), 'aria-label': this.describe(slot),
      'aria-selected': String(slot.start === chosen), 'aria-disabled': slot.isLost && 'true', 'data-start': slot.start,
      onclick: () => slot.isLost || this.choose(slot),
    }, this.label(slot));
  }

  buttons() {
    return this.list ? [...this.list.querySelectorAll('button')] : [];
  }

  focusOn(button) {
    if (!button) return;
    for (const one of this.buttons()) one.tabIndex = one === button ? 0 : -1;
    button.focus();
  }

  key(event) {
    const buttons = this.buttons();
    const at = buttons.indexOf(event.target.closest('button'));
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? buttons.length - 1 : at + this.keys[event.key];
    if (at < 0 || !buttons[to]) return;
    event.preventDefault();
    this.focusOn(buttons[to]);
  }
}
