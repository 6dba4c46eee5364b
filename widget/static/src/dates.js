// Instants are milliseconds, local dates are 'YYYY-MM-DD'. Zones are only ever applied by Intl.

const formats = {};

function format(locale, options) {
  return formats[locale + JSON.stringify(options)] ??= new Intl.DateTimeFormat(locale, options);
}

/** The wall clock of an instant: {date, hour}. Swedish writes dates the ISO way. */
export function wallClock(at, zone) {
  const text = format('sv-SE', {
    timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23',
  }).format(at);
  return { date: text.slice(0, 10), hour: +text.slice(11) };
}

const noon = (date) => Date.parse(date + 'T12:00Z');

export function addDays(date, days) {
  return new Date(noon(date) + days * 864e5).toISOString().slice(0, 10);
}

export const monthOf = (date) => date.slice(0, 7);

export function addMonths(month, count) {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + count, 15)).toISOString().slice(0, 7);
}

export function lastOfMonth(month) {
  return addDays(addMonths(month, 1) + '-01', -1);
}

/** 1 is Monday, 7 is Sunday. */
export const weekday = (date) => new Date(noon(date)).getUTCDay() || 7;

export function firstWeekday(locale) {
  const info = new Intl.Locale(locale);
  return (info.getWeekInfo?.() || info.weekInfo)?.firstDay || (/-(US|CA|BR|JP|IL)\b/.test(locale) ? 7 : 1);
}

export function visitorZone() {
  try {
    return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
  } catch {
    return 'UTC';
  }
}

export const city = (zone) => zone.split('/').pop().replace(/_/g, ' ');

/** Words and numbers as one visitor reads them: the page's language, the visitor's own clock (12 or 24 hours). */
export class Reader {
  constructor(language) {
    const own = navigator.languages || [navigator.language];
    this.locale = own.find((tag) => tag.split('-')[0] === language.split('-')[0]) || language;
    const clock = new Intl.DateTimeFormat(own[0], { hour: 'numeric' }).resolvedOptions().hourCycle;
    this.clock = { hour: /h1[12]/.test(clock) ? 'numeric' : '2-digit', minute: '2-digit', hourCycle: clock };
  }

  time(at, timeZone, withZone) {
    return format(this.locale, { ...this.clock, timeZone, timeZoneName: withZone ? 'short' : undefined }).format(at);
  }

  timeRange(slot, timeZone) {
    return `${this.time(slot.start, timeZone)}–${this.time(slot.end, timeZone)}`;
  }

  date(date, style = 'long') {
    const options = style === 'long' ? { weekday: 'long', day: 'numeric', month: 'long' } : { weekday: 'short', day: 'numeric', month: 'short' };
    return format(this.locale, { timeZone: 'UTC', ...options }).format(noon(date));
  }

  month(month) {
    return format(this.locale, { timeZone: 'UTC', month: 'long', year: 'numeric' }).format(noon(month + '-15'));
  }

  weekdayName(date, style) {
    return format(this.locale, { timeZone: 'UTC', weekday: style }).format(noon(date));
  }

  offset(zone) {
    return format(this.locale, { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(Date.now()).find((part) => part.type === 'timeZoneName').value;
  }

  minutes(count) {
    return new Intl.NumberFormat(this.locale, { style: 'unit', unit: 'minute', unitDisplay: 'short' }).format(count);
  }
}
