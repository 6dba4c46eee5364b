// The choice in words before the last button, the time we are keeping, and what happens when somebody was faster.

import { h, icon } from './dom.js';
import { showTrouble } from './notice.js';

export class Summary {
  constructor({ say, describe, label, book, choose }) {
    Object.assign(this, { say, describe, label, choose });
    this.text = h('strong', null);
    this.hold = h('p', { role: 'status' });
    this.button = h('button', { type: 'button', class: 'button', onclick: () => this.button.ariaDisabled || book() });
    this.guests = h('input', { class: 'input', id: 'guests', type: 'text', inputmode: 'email', autocapitalize: 'none', 'aria-describedby': 'guests-hint guests-error', spellcheck: 'false' });
    this.guestsError = h('p', { class: 'error', id: 'guests-error', hidden: true });
    this.notes = h('textarea', { class: 'input', id: 'notes', rows: 2, maxlength: 2000 });
    this.extras = h('details', null, h('summary', null, say('extras')), h('div', { class: 'fields' },
      h('div', { class: 'field' }, h('label', { class: 'label', for: 'guests' }, say('guests')), this.guests,
        h('p', { class: 'hint', id: 'guests-hint' }, say('guestsHint')), this.guestsError),
      h('div', { class: 'field' }, h('label', { class: 'label', for: 'notes' }, say('notes')), this.notes)));
    this.trouble = h('div', null);
    this.choice = h('div', null, this.text, this.hold);
    this.node = h('div', { class: 'summary', hidden: true }, this.choice, this.button, this.extras);
    this.busy(false);
  }

  show(text) {
    this.text.textContent = text;
    this.hold.textContent = '';
    this.trouble.replaceChildren();
    this.node.replaceChildren(this.choice, this.button, this.extras, this.trouble);
    this.node.hidden = false;
  }

  hide() {
    this.node.hidden = true;
  }

  keep(text) {
    this.hold.textContent = text;
  }

  busy(isBusy) {
    this.button.ariaDisabled = isBusy ? 'true' : null;
    this.button.textContent = this.say(isBusy ? 'booking' : 'book');
  }

  /** What goes along with the booking; absent when empty. */
  read() {
    const guests = this.guests.value.split(/[\s,;]+/).filter(Boolean);
    const notes = this.notes.value.trim();
    return { ...(guests.length && { guests }), ...(notes && { notes }) };
  }

  refuseGuests(message) {
    this.extras.open = true;
    this.guestsError.hidden = !message;
    this.guestsError.replaceChildren(icon('alert'), message);
    this.guests.focus();
  }

  fail(problem, retry) {
    showTrouble(this.trouble, problem, this.say, retry);
  }

  /** Someone was faster: the nearest times, in place. */
  offer(time, alternatives) {
    const text = h('p', { tabindex: '-1' }, this.say(alternatives.length ? 'taken' : 'takenNone', { time }));
    this.node.replaceChildren(h('div', { class: 'notice', role: 'group' }, icon('alert'), text),
      h('div', { class: 'suggestions' }, alternatives.map((slot) => h('button', {
        type: 'button', class: 'time', 'aria-label': this.describe(slot), onclick: () => this.choose(slot),
      }, ...this.label(slot)))));
    this.node.hidden = false;
    text.focus();
  }
}
