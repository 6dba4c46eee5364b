// Step 1, about you: the form as the company made it.

import { h, webAddress } from './dom.js';
import { Field } from './fields.js';
import { showTrouble } from './notice.js';
import { pickText } from './strings.js';

export class AboutYou {
  /** `submit(answers)` resolves when another step took over and rejects with a Problem. */
  constructor({ form, say, locale, answers, hidden, submit }) {
    this.say = say;
    this.submit = submit;
    this.hidden = hidden;
    const visible = form.fields.filter((field) => field.type !== 'hidden');
    this.fields = visible.map((field) => new Field(field, say, locale, answers[field.name]));
    this.trouble = h('div', null);
    this.button = h('button', { class: 'button' }, say('next'));
    this.node = h('form', { novalidate: true, onsubmit: (event) => { event.preventDefault(); this.send(); } },
      h('div', { class: 'fields' }, this.fields.map((field) => field.node)),
      this.trouble, h('div', { class: 'actions' }, this.button), privacy(form.privacy_notice, say, locale));
  }

  answers() {
    const given = { ...this.hidden };
    for (const one of this.fields) {
      const value = one.read();
      if (value !== undefined) given[one.field.name] = value;
    }
    return given;
  }

  async send() {
    if (this.button.ariaDisabled) return;
    const wrong = this.fields.filter((one) => one.complain(one.check()));
    if (wrong.length) {
      wrong[0].focus();
      return;
    }
    this.trouble.replaceChildren();
    this.busy(true);
    try {
      await this.submit(this.answers());
    } catch (problem) {
      this.refuse(problem);
    } finally {
      this.busy(false);
    }
  }

  busy(isBusy) {
    this.button.ariaDisabled = isBusy ? 'true' : null;
    this.button.textContent = this.say(isBusy ? 'sending' : 'next');
  }

  /** Put each complaint beside its field; what belongs to no field goes above the button. */
  refuse(problem) {
    const placed = problem.status === 422 ? problem.errors.filter((error) => this.place(error)) : [];
    if (placed.length) this.fields.find((one) => one.node.classList.contains('wrong')).focus();
    else showTrouble(this.trouble, problem, this.say, () => this.send());
  }

  place({ field, message }) {
    const name = String(field).split('.').pop();
    const target = this.fields.find((one) => one.field.name === name);
    return target && target.complain(message);
  }
}

function privacy(notice, say, locale) {
  if (!notice) return null;
  const url = webAddress(notice.url, document.baseURI);
  return h('p', { class: 'small' }, pickText(notice.text, locale), ' ',
    notice.url && url && h('a', { href: url, target: '_blank', rel: 'noopener' }, say('privacy')));
}
