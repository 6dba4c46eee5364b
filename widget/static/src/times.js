// Step 2, pick a time: three suggestions, the month, the day's times, and the choice before the last button.

import { Calendar } from './calendar.js';
import { addDays, addMonths, city, lastOfMonth, monthOf, wallClock } from './dates.js';
import { DayTimes } from './daytimes.js';
import { h, whenIdle } from './dom.js';
import { showTrouble } from './notice.js';
import { suggest } from './slots.js';
import { Summary } from './summary.js';

export class PickTime {
  constructor({ api, request, slots, say, reader, zone, isRightToLeft, canGoBack, goBack, booked, refused, chose }) {
    Object.assign(this, { api, request, slots, say, reader, zone, booked, refused, chose });
    this.turn = 0;
    const describe = (slot) => this.describe(slot);
    const choose = (slot) => this.choose(slot);
    this.calendar = new Calendar({ say, reader, isRightToLeft, pick: (date) => this.pickDay(date), turn: (month) => this.turnTo(month) });
    this.dayTimes = new DayTimes({ say, isRightToLeft, describe, choose, label: (slot) => this.clock(slot) });
    this.summary = new Summary({ say, describe, choose, book: () => this.book(), label: (slot) => [h('small', null, this.shortDay(slot)), this.clock(slot)] });
    this.suggested = h('div', { class: 'suggestions' });
    this.suggestedBox = h('div', null, h('h3', { class: 'eyebrow' }, say('suggested')), this.suggested);
    this.side = h('div', null);
    this.trouble = h('div', null);
    this.node = h('div', null, this.suggestedBox, h('div', { class: 'pick' }, this.calendar.node, this.side), this.trouble,
      canGoBack && h('div', { class: 'row' }, h('button', { type: 'button', class: 'link', onclick: goBack }, say('back'))), this.summary.node);
  }

  // ---- words

  clock(slot) {
    return this.reader.time(slot.start, this.zone, this.twice && this.twice.has(this.reader.time(slot.start, this.zone)));
  }

  shortDay(slot) {
    const { date } = wallClock(slot.start, this.zone);
    const today = this.today();
    return date === today ? this.say('today') : date === addDays(today, 1) ? this.say('tomorrow') : this.reader.date(date, 'short');
  }

  describe(slot) {
    return `${this.reader.date(wallClock(slot.start, this.zone).date)}, ${this.clock(slot)}, ${city(this.zone)}`;
  }

  sentence(slot) {
    return `${this.reader.date(wallClock(slot.start, this.zone).date, 'short')}, ${this.reader.timeRange(slot, this.zone)}, ${city(this.zone)}`;
  }

  today() {
    return wallClock(Date.now(), this.zone).date;
  }

  // ---- drawing

  /** First sight: the first open day is chosen, its month shown. */
  start() {
    const [first] = this.slots.days(this.zone).keys();
    this.month = monthOf(first || this.today());
    this.day = first || null;
    this.draw();
    this.load(this.month);
  }

  stop() {
    clearTimeout(this.timer);
  }

  max(a, b) {
    return a > b ? a : b;
  }

  limits() {
    const first = monthOf(this.today());
    const { end } = this.slots;
    return { first, last: end ? this.max(first, monthOf(end)) : addMonths(first, 12) };
  }

  draw() {
    const days = this.slots.days(this.zone);
    const isWaiting = !this.slots.has(this.month);
    if (!days.has(this.day) && !this.slots.days(this.zone, true).has(this.day)) this.day = [...days.keys()].find((date) => monthOf(date) === this.month) || null;
    this.calendar.show({ month: this.month, days, chosen: this.day, today: this.today(), isWaiting, ...this.limits() });
    this.drawSuggestions();
    this.drawSide(this.slots.days(this.zone, true), isWaiting);
  }

  drawSuggestions() {
    const slots = suggest(this.slots.days(this.zone));
    this.suggestedBox.hidden = !slots.length;
    const active = this.suggested.getRootNode().activeElement;
    const focus = this.suggested.contains(active) && active.dataset.start;
    this.suggested.replaceChildren(...slots.map((slot) => h('button', {
      type: 'button', class: 'time', 'data-start': slot.start, 'aria-label': this.describe(slot),
      'aria-pressed': String(this.choice?.start === slot.start), onclick: () => this.choose(slot),
    }, h('small', null, this.shortDay(slot)), this.clock(slot))));
    if (focus) this.suggested.querySelector(`[data-start="${focus}"]`)?.focus();
  }

  drawSide(days, isWaiting) {
    const slots = days.get(this.day);
    if (slots && monthOf(this.day) === this.month) {
      this.noteTwice(slots);
      this.dayTimes.show({ date: this.day, title: this.reader.date(this.day), slots, chosen: this.choice?.start });
      if (this.side.firstChild !== this.dayTimes.node) this.side.replaceChildren(this.dayTimes.node);
    } else {
      this.side.replaceChildren(...(isWaiting ? [] : [this.empty()]));
    }
  }

  // When the clocks go back an hour comes twice: those times also say which of the two they are.
  noteTwice(slots) {
    const seen = new Set();
    this.twice = new Set();
    for (const slot of slots) {
      const text = this.reader.time(slot.start, this.zone);
      if (seen.has(text)) this.twice.add(text);
      seen.add(text);
    }
  }

  empty() {
    const [known] = this.slots.days(this.zone).keys();
    const next = known || (this.slots.next && wallClock(this.slots.next, this.zone).date);
    const isElsewhere = next && monthOf(next) !== this.month;
    return h('div', { class: 'empty' },
      h('p', null, next ? this.say('emptyMonth', { month: this.reader.month(this.month) }) : (this.slots.reason?.message || this.say('none'))),
      isElsewhere && h('button', { type: 'button', class: 'button quiet', onclick: () => this.jump(next) }, this.say('jump', { date: this.reader.date(next) })));
  }

  // ---- moving about

  pickDay(date) {
    this.day = date;
    this.draw();
    this.side.scrollIntoView({ block: 'nearest' });
  }

  turnTo(month) {
    this.month = month;
    this.day = null;
    this.draw();
    this.load(month);
  }

  async jump(date) {
    this.day = date;
    this.month = monthOf(date);
    this.draw();
    await this.load(this.month);
    this.day = date;
    this.draw();
    this.dayTimes.focusOn(this.dayTimes.buttons()[0]);
  }

  setZone(zone) {
    this.zone = zone;
    this.slots.stale();
    const at = this.choice || this.slots.days(zone).get(this.day)?.[0];
    if (at) this.day = wallClock(at.start, zone).date;
    if (this.day) this.month = monthOf(this.day);
    this.draw();
    if (this.choice) this.sayChoice();
    this.load(this.month);
  }

  /** Months are fetched when looked at, the one after in a quiet moment. */
  async load(month, isAhead) {
    const { first, last } = this.limits();
    if (!this.slots.has(month)) {
      try {
        await this.fetch(month);
      } catch (problem) {
        if (isAhead || this.isLost(problem)) return;
        showTrouble(this.trouble, problem, this.say, () => this.load(month));
        return;
      }
      this.draw();
    }
    const next = addMonths(month, 1);
    if (!isAhead && next >= first && next <= last && !this.slots.has(next)) whenIdle(() => this.load(next, true));
  }

  async fetch(month) {
    const zone = this.zone;
    const from = this.max(month + '-01', this.today());
    const to = this.max(from, lastOfMonth(month));
    const answer = await this.api.slots(this.request, from, to, zone);
    if (zone === this.zone) this.slots.add(answer, from, to, zone);
  }

  /** Times may have changed while the tab was away. */
  refresh() {
    this.slots.stale();
    this.load(this.month);
  }

  isLost(problem) {
    if (problem.code === 'already-booked' || problem.status === 401 || problem.status === 404 || problem.status === 410) {
      this.stop();
      this.refused(problem);
      return true;
    }
    return false;
  }

  // ---- choosing and booking

  sayChoice() {
    this.summary.show(this.sentence(this.choice));
    this.chose(this.sentence(this.choice));
    this.sayHold();
  }

  /** Optimistic: the choice shows at once, the hold follows; only a slot that is gone undoes it. */
  async choose(slot) {
    const turn = ++this.turn;
    this.choice = slot;
    this.hold = null;
    this.day = wallClock(slot.start, this.zone).date;
    this.month = monthOf(this.day);
    this.draw();
    this.sayChoice();
    this.api.warm(`/requests/${this.request.id}/bookings`, 'authorization', 'content-type', 'idempotency-key');
    try {
      const { hold } = await this.api.hold(this.request, slot.text);
      if (turn === this.turn) {
        this.hold = { id: hold.id, until: Date.parse(hold.expires_at) };
        this.sayHold();
      }
    } catch (problem) {
      // A hold is a courtesy: when it cannot be had for other reasons, the booking decides.
      if (turn === this.turn && !this.isLost(problem) && problem.code === 'slot-taken') this.lose(slot, problem);
    }
  }

  sayHold() {
    if (!this.hold) return;
    const isOver = this.hold.until <= Date.now();
    this.summary.keep(isOver ? this.say('lapsed') : this.say('keeping', { time: this.reader.time(this.hold.until, this.zone) }));
    clearTimeout(this.timer);
    if (!isOver) this.timer = setTimeout(() => this.sayHold(), this.hold.until - Date.now() + 50);
  }

  /** Somebody took it: the time fades, the nearest ones are offered in its place. */
  lose(slot, problem) {
    this.turn += 1;
    this.slots.lose(slot);
    const time = this.clock(slot);
    this.choice = null;
    this.hold = null;
    this.chose('');
    this.draw();
    const offered = problem.alternatives.map((one) => ({ start: Date.parse(one.start), end: Date.parse(one.end), text: one.start }));
    this.summary.offer(time, offered.filter((one) => !this.slots.lost.has(one.start)).slice(0, 4));
    this.refresh();
  }

  async book() {
    const slot = this.choice;
    this.turn += 1; // from here the booking decides: a hold that answers later, or never, changes nothing
    this.summary.busy(true);
    try {
      const { booking } = await this.api.book(this.request, { start: slot.text, ...this.summary.read() });
      this.stop();
      this.booked(booking);
    } catch (problem) {
      this.refuseBooking(slot, problem);
    } finally {
      this.summary.busy(false);
    }
  }

  refuseBooking(slot, problem) {
    if (this.isLost(problem)) return;
    const wrongGuest = problem.status === 422 && problem.errors.find((error) => String(error.field).startsWith('guests'));
    if (problem.code === 'slot-taken') this.lose(slot, problem);
    else if (wrongGuest) this.summary.refuseGuests(wrongGuest.message);
    else this.summary.fail(problem, () => this.book());
  }

  /** The visitor goes away: give the time back. */
  abandon() {
    this.stop();
    if (this.hold) this.api.release(this.request, this.hold.id);
    this.hold = null;
  }
}
