// What the widget says: the words of one language (static/words), any of which a form may override per language.

/** Choose the text for a language tag from {"en": …, "de": …}: exact, then language, then English, then any. */
export function pickText(texts, tag) {
  return texts?.[tag] ?? texts?.[tag.split('-')[0]] ?? texts?.en ?? Object.values(texts || {})[0] ?? '';
}

/** A function from key and values to words. */
export function speaker(words, tag, overrides) {
  const own = { ...words, ...overrides?.[tag.split('-')[0]], ...overrides?.[tag] };
  return (key, values) => own[key].replace(/{(\w+)}/g, (_, name) => values[name]);
}

export const isRightToLeft = (tag) => /^(ar|fa|he|ur|yi|ps|dv)\b/.test(tag);
