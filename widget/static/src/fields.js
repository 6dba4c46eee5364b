// One form field: label above, control, hint, and a place for what is wrong beside it.

import { h, icon } from './dom.js';
import { pickText } from './strings.js';

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/;
const KEYBOARD = { email: 'email', tel: 'tel', number: 'decimal' };

// Every pair of letters the browser has a name for, but for old codes (which it knows by another code) and the
// few that are no country of ISO 3166-1. Their names come in the visitor's language without a list of our own.
function countries(locale) {
  const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' });
  const found = [];
  for (let n = 0; n < 676; n += 1) {
    const value = String.fromCharCode(65 + n / 26, 65 + (n % 26));
    const isOne = Intl.getCanonicalLocales('und-' + value)[0].endsWith(value) && !/AC|C[PQ]|DG|E[AUZ]|IC|QO|TA|UN|X[ABK]|ZZ/.test(value);
    const text = isOne && names.of(value);
    if (text) found.push({ value, text });
  }
  return found.sort((a, b) => a.text.localeCompare(b.text, locale));
}

function options(field, locale) {
  const own = field.choices.map(({ value, label }) => ({ value, text: pickText(label, locale) || value }));
  return own.length || field.type !== 'country' ? own : countries(locale);
}

function dropDown(field, attributes, say, locale, value) {
  return h('select', { ...attributes, class: 'input' },
    h('option', { value: '' }, say('choose')),
    options(field, locale).map((one) => h('option', { value: one.value, selected: one.value === value }, one.text)));
}

function pills(field, attributes, locale, value) {
  const { name, required, ...group } = attributes;
  return h('div', { ...group, class: 'choices', role: 'radiogroup', 'aria-labelledby': group.id + '-label', 'aria-required': required && 'true' },
    options(field, locale).map((one) => h('label', { class: 'choice' },
      h('input', { type: 'radio', name, value: one.value, checked: one.value === value }), h('span', null, one.text))));
}

function control(field, attributes, say, locale, value) {
  const placeholder = pickText(field.placeholder, locale) || null;
  if (field.type === 'textarea') return h('textarea', { ...attributes, class: 'input', rows: 3, placeholder }, value);
  if (field.type === 'range' && field.choices.length <= 6) return pills(field, attributes, locale, value);
  if (/country|choice|range/.test(field.type)) return dropDown(field, attributes, say, locale, value);
  return h('input', {
    ...attributes, class: 'input', type: field.type === 'number' ? 'text' : field.type, inputmode: KEYBOARD[field.type],
    placeholder, value, spellcheck: field.type === 'email' && 'false', autocapitalize: field.type === 'email' && 'none',
  });
}

/** A field with `node`, `read()`, `check()` (its complaint or '') and `complain(text)`. */
export class Field {
  constructor(field, say, locale, value) {
    this.field = field;
    this.say = say;
    const id = 'f-' + field.name;
    const hint = pickText(field.help, locale);
    const label = pickText(field.label, locale) || field.name;
    const isCheck = field.type === 'checkbox';
    const attributes = {
      id, name: field.name, required: field.required, autocomplete: field.autocomplete, maxlength: /text|email|tel/.test(field.type) && 2000,
      'aria-describedby': `${id}-hint ${id}-error`,
    };
    this.control = isCheck
      ? h('input', { ...attributes, maxlength: null, type: 'checkbox', checked: value === true || value === 'on' })
      : control(field, attributes, say, locale, value);
    this.error = h('p', { class: 'error', id: id + '-error', hidden: true });
    const words = [label, !field.required && h('span', null, ` (${say('optional')})`)];
    const isPills = this.control.matches('.choices');
    this.node = h('div', { class: 'field' },
      isCheck ? h('label', { class: 'check' }, this.control, h('span', null, words))
        : h(isPills ? 'span' : 'label', { class: 'label', for: !isPills && id, id: id + '-label' }, words),
      !isCheck && this.control,
      hint && h('p', { class: 'hint', id: id + '-hint' }, hint), this.error);
    this.node.addEventListener('input', () => this.error.hidden || this.complain(this.check()));
  }

  read() {
    if (this.field.type === 'checkbox') return this.control.checked;
    const checked = this.control.querySelector?.(':checked');
    const text = (this.control.matches('.choices') ? (checked?.value || '') : this.control.value).trim();
    if (text === '') return undefined;
    return this.field.type === 'number' && /^-?\d+([.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : text;
  }

  check() {
    const value = this.read();
    if (this.field.required && (value ?? false) === false) return this.say('required');
    if (this.field.type === 'email' && value !== undefined && !EMAIL.test(value)) return this.say('email');
    if (this.field.type === 'number' && typeof value === 'string') return this.say('number');
    return '';
  }

  complain(text) {
    this.node.classList.toggle('wrong', Boolean(text));
    this.error.hidden = !text;
    this.error.replaceChildren(...(text ? [icon('alert'), text] : []));
    if (text) this.control.setAttribute('aria-invalid', 'true');
    else this.control.removeAttribute('aria-invalid');
    return text;
  }

  focus() {
    (this.control.matches('.choices') ? this.control.querySelector('input') : this.control).focus();
  }
}
