// The open times known so far, by instant. Months are loaded as the visitor moves on; when the server's version
// moves, the other months count as stale and are asked for again when they are looked at.

import { addDays, addMonths, lastOfMonth, monthOf, wallClock } from './dates.js';

export class Slots {
  constructor() {
    this.byStart = new Map();
    this.lost = new Map();
    this.months = new Set();
    this.version = null;
    this.end = null; // the last local date that can have times, once an answer showed that nothing follows
    this.next = null;
    this.reason = null;
  }

  /** Take one answer about the local dates `from`..`to` (inclusive) in `zone`. */
  add(answer, from, to, zone) {
    for (const [start] of this.byStart) {
      const { date } = wallClock(start, zone);
      if (date >= from && date <= to) this.byStart.delete(start);
    }
    for (const day of answer.days) {
      for (const slot of day.slots) {
        const start = Date.parse(slot.start);
        this.byStart.set(start, { start, end: Date.parse(slot.end), text: slot.start, isSuggested: answer.suggested.includes(slot.start) });
      }
    }
    if (answer.version !== this.version) {
      this.months.clear();
      this.end = null;
    }
    this.version = answer.version;
    this.next = answer.next_available && Date.parse(answer.next_available);
    this.reason = answer.reason;
    if (!this.next) this.end = addDays(from, -1);
    this.noteMonths(from, to, wallClock(Date.now(), zone).date);
  }

  // A month counts as loaded when what is left of it lies inside the answered dates.
  noteMonths(from, to, today) {
    for (let month = monthOf(from); month <= monthOf(to); month = addMonths(month, 1)) {
      const first = month + '-01';
      if ((first >= from || from <= today) && lastOfMonth(month) <= to) this.months.add(month);
    }
  }

  has(month) {
    return this.months.has(month);
  }

  stale() {
    this.months.clear();
  }

  /** Somebody was faster. */
  lose(slot) {
    this.lost.set(slot.start, { ...slot, isLost: true });
  }

  /** Times that still lie ahead, as a map from local date to slots in order; lost ones only when asked for. */
  days(zone, withLost) {
    const days = new Map();
    const all = new Map([...this.byStart, ...this.lost]);
    for (const slot of [...all.values()].sort((a, b) => a.start - b.start)) {
      if (slot.start <= Date.now() || (slot.isLost && !withLost)) continue;
      const clock = wallClock(slot.start, zone);
      if (!days.has(clock.date)) days.set(clock.date, []);
      days.get(clock.date).push({ ...slot, ...clock });
    }
    return days;
  }
}

/** 07:00 to 21:00 of the visitor. */
export const isCivil = (slot) => slot.hour >= 7 && slot.hour < 21;

/** Three times worth a glance, named by the server. */
export const suggest = (days) => [...days.values()].flat().filter((slot) => slot.isSuggested).slice(0, 3);
