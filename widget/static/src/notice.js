// What went wrong, in words that help, with a way on. Nothing the visitor entered is touched.

import { h, icon } from './dom.js';

export function troubleText(problem, say) {
  if (problem.code === 'offline') return say('offline');
  if (problem.status === 429) return say('busy', { n: problem.retryAfter || 30 });
  if (problem.status === 404 || problem.code === 'origin-refused') return say('missing');
  if (problem.status === 422 && problem.errors[0]) return problem.errors[0].message;
  return say('failed');
}

/** Show a problem in `place`; `retry` runs on the button, which waits out a Retry-After by itself. */
export function showTrouble(place, problem, say, retry) {
  const button = h('button', { type: 'button', class: 'button quiet', onclick: () => {
    if (button.getAttribute('aria-disabled')) return;
    place.replaceChildren();
    retry();
  } }, say('retry'));
  if (problem.retryAfter) {
    button.setAttribute('aria-disabled', 'true');
    setTimeout(() => button.removeAttribute('aria-disabled'), problem.retryAfter * 1000);
  }
  const text = h('p', null);
  place.replaceChildren(h('div', { class: 'notice bad', role: 'alert' }, icon('alert'), text, retry && button));
  text.textContent = troubleText(problem, say);
}
