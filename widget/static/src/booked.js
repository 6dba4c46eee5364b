// Step 3, you're booked: the facts, three ways into a calendar, and the way back.

import { wallClock } from './dates.js';
import { h, icon, webAddress } from './dom.js';

export function bookedStep({ booking, say, reader, zone, email, origin }) {
  const slot = { start: Date.parse(booking.start), end: Date.parse(booking.end) };
  const manage = webAddress(booking.manage_url, origin);
  const join = webAddress(booking.join_url, origin);
  const isVideo = booking.location === 'video';
  const where = booking.join_url && join
    ? h('a', { href: join, target: '_blank', rel: 'noopener' }, say('join'))
    : isVideo ? say('video') : booking.location === 'phone' ? say('phone') : booking.location;
  return h('div', { class: 'done' },
    h('dl', { class: 'details' },
      row(say('when'), reader.date(wallClock(slot.start, zone).date), h('small', null, `${reader.timeRange(slot, zone)}, ${zone.replace(/_/g, ' ')}`)),
      booking.rep && row(say('who'), booking.people.map((one) => one.name).join(', ')), where && row(say('where'), where)),
    h('div', { class: 'row' }, h('h3', { class: 'eyebrow' }, say('add')), calendarLinks(booking, slot, origin)),
    manage && h('div', { class: 'row apart' }, h('a', { class: 'link', href: manage, target: '_blank', rel: 'noopener' }, say('reschedule')),
      h('a', { class: 'link', href: manage + '#cancel', target: '_blank', rel: 'noopener' }, say('cancel'))));
}

export const doneBadge = () => h('div', { class: 'badge' }, icon('check'));

function row(name, ...value) {
  return h('div', null, h('dt', null, name), h('dd', null, value));
}

const stamp = (at) => new Date(at).toISOString().replace(/[-:]|\.000/g, '');

function calendarLinks(booking, slot, origin) {
  const place = booking.join_url || (/^(video|phone)$/.test(booking.location) ? '' : booking.location || '');
  const google = new URLSearchParams({ action: 'TEMPLATE', text: booking.title, dates: `${stamp(slot.start)}/${stamp(slot.end)}`, location: place });
  const outlook = new URLSearchParams({
    path: '/calendar/action/compose', rru: 'addevent', subject: booking.title, location: place,
    startdt: new Date(slot.start).toISOString(), enddt: new Date(slot.end).toISOString(),
  });
  const link = (href, text, props) => h('a', { class: 'button quiet', href, rel: 'noopener', ...props }, text);
  return [
    booking.ics_url && link(webAddress(booking.ics_url, origin), '.ics', { download: '', 'aria-label': 'iCalendar (.ics)' }),
    link('https://calendar.google.com/calendar/render?' + google, 'Google', { target: '_blank' }),
    link('https://outlook.office.com/calendar/0/deeplink/compose?' + outlook, 'Outlook', { target: '_blank' }),
  ];
}
