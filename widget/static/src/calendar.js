// A month as a grid: days with times are marked, arrow keys walk it, one day is in the tab order.

import { addDays, addMonths, firstWeekday, lastOfMonth, monthOf, weekday } from './dates.js';
import { h, icon } from './dom.js';

const JUMPS = { ArrowUp: -7, ArrowDown: 7 };

export class Calendar {
  /** `pick(date)` and `turn(month)` are told what the visitor did; `limits()` gives the first and last month. */
  constructor({ say, reader, isRightToLeft, pick, turn }) {
    Object.assign(this, { say, reader, pick, turn });
    this.step = isRightToLeft ? -1 : 1;
    this.first = firstWeekday(reader.locale);
    this.title = h('h3', { id: 'month', 'aria-live': 'polite' });
    this.back = h('button', { type: 'button', 'aria-label': say('previous'), onclick: () => this.go(-1) }, icon('back'));
    this.on = h('button', { type: 'button', 'aria-label': say('following'), onclick: () => this.go(1) }, icon('on'));
    this.body = h('tbody', null);
    this.grid = h('table', { class: 'month', role: 'grid', 'aria-labelledby': 'month', onkeydown: (event) => this.key(event) },
      h('thead', null, h('tr', null, this.weekdays())), this.body);
    this.node = h('div', null,
      h('div', { class: 'month-head' }, this.title, h('div', { class: 'nav' }, this.back, this.on)), this.grid);
  }

  weekdays() {
    return [0, 1, 2, 3, 4, 5, 6].map((n) => {
      const date = addDays('2024-01-01', (this.first - 1 + n) % 7); // 1 January 2024 was a Monday
      return h('th', { scope: 'col', abbr: this.reader.weekdayName(date, 'long') }, this.reader.weekdayName(date, 'short'));
    });
  }

  /** Draw `month` with `days` (date → slots). */
  show({ month, days, chosen, today, first, last, isWaiting }) {
    const hadFocus = this.body.contains(this.grid.getRootNode().activeElement);
    Object.assign(this, { month, days, chosen, today, firstMonth: first, lastMonth: last });
    this.title.textContent = this.reader.month(month);
    this.back.ariaDisabled = month <= first ? 'true' : null;
    this.on.ariaDisabled = month >= last ? 'true' : null;
    this.grid.classList.toggle('waiting', Boolean(isWaiting));
    this.grid.ariaBusy = isWaiting ? 'true' : null;
    this.focused = this.startOfRoving();
    this.body.replaceChildren(...this.weeks());
    if (hadFocus) this.button(this.focused).focus();
  }

  startOfRoving() {
    for (const date of [this.focused, this.chosen]) {
      if (date >= this.today && monthOf(date) === this.month) return date;
    }
    const open = [...this.days.keys()].find((date) => monthOf(date) === this.month);
    return open || (monthOf(this.today) === this.month ? this.today : this.month + '-01');
  }

  weeks() {
    const weeks = [];
    const start = this.month + '-01';
    let date = addDays(start, -((weekday(start) - this.first + 7) % 7));
    for (const last = lastOfMonth(this.month); date <= last; date = addDays(date, 7)) {
      const week = [0, 1, 2, 3, 4, 5, 6].map((n) => addDays(date, n));
      if (week[6] < this.today) continue; // weeks gone by only take room
      weeks.push(h('tr', null, week.map((one) => h('td', null, monthOf(one) === this.month && this.day(one)))));
    }
    return weeks;
  }

  day(date) {
    const count = (this.days.get(date) || []).length;
    const label = count === 1 ? this.say('oneTime') : count ? this.say('times', { n: count }) : this.say('noTimes');
    return h('button', {
      type: 'button', 'data-date': date, class: `day${count ? ' open' : ''}${date === this.today ? ' today' : ''}`,
      'aria-label': `${this.reader.date(date)}, ${label}`, 'aria-disabled': !count && 'true', 'aria-pressed': count > 0 && String(date === this.chosen),
      'aria-current': date === this.today && 'date', tabindex: date === this.focused ? '0' : '-1', onclick: () => count && this.choose(date),
    }, String(Number(date.slice(8))));
  }

  choose(date) {
    this.focused = date;
    this.pick(date);
  }

  button(date) {
    return this.body.querySelector(`[data-date="${date}"]`);
  }

  key(event) {
    const date = event.target.dataset.date;
    const to = date && this.destination(event.key, date);
    if (!to) return;
    event.preventDefault();
    this.focusOn(to);
  }

  destination(key, date) {
    if (key === 'ArrowRight') return addDays(date, this.step);
    if (key === 'ArrowLeft') return addDays(date, -this.step);
    if (key in JUMPS) return addDays(date, JUMPS[key]);
    const column = (weekday(date) - this.first + 7) % 7;
    if (key === 'Home') return addDays(date, -column);
    if (key === 'End') return addDays(date, 6 - column);
    if (key === 'PageUp' || key === 'PageDown') {
      const month = addMonths(monthOf(date), key === 'PageUp' ? -1 : 1);
      const last = lastOfMonth(month);
      return month + date.slice(7) > last ? last : month + date.slice(7);
    }
    return null;
  }

  focusOn(date) {
    const month = monthOf(date);
    if (month < this.firstMonth || month > this.lastMonth) return;
    if (month !== this.month) {
      this.focused = date;
      this.turn(month);
    }
    const button = this.button(date);
    if (!button) return;
    this.button(this.focused).tabIndex = -1;
    this.focused = date;
    button.tabIndex = 0;
    button.focus();
  }

  go(count) {
    const month = addMonths(this.month, count);
    if (month < this.firstMonth || month > this.lastMonth) return;
    this.turn(month);
  }
}
