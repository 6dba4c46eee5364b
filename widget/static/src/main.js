// The bundle's entry: puts a flow into the shadow tree that the loader opened. The kit holds what is not script:
// style sheet, icons and the words of one language.

import { Api } from './api.js';
import { h, icon, useIcons } from './dom.js';
import { Flow } from './flow.js';

let sheet = null;

// One constructed sheet for all cards; a page's style-src does not apply to it.
function styles(css) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}

function popup(frame, words, closed) {
  const button = h('button', { type: 'button', class: 'close', 'aria-label': words.close, onclick: () => dialog.close() }, icon('close'));
  const dialog = h('dialog', { class: 'popup', onclose: closed, onclick: (event) => event.target === dialog && dialog.close() },
    h('div', { class: 'frame' }, frame, button));
  return dialog;
}

/** Fill `shadow` and answer {flow, dialog}; `options` are the flow's. */
function mount({ shadow, home, mode, kit, ...options }) {
  useIcons(kit.icons);
  const frame = h('div', null);
  const root = h('div', { class: 'ss' });
  const dialog = mode === 'popup' && popup(frame, kit.words, () => flow.abandon());
  root.append(dialog || frame);
  shadow.adoptedStyleSheets.push(styles(kit.css));
  shadow.replaceChildren(root);
  const flow = new Flow({ ...options, root, frame, words: kit.words, api: new Api(home) });
  return { flow, dialog };
}

window[Symbol.for('smart-scheduler')](mount);
