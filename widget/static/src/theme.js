// The company's color. Text on it is chosen by the WCAG contrast formula; one of white and near-black always
// reaches 4.5:1. Mirrors app/colors.py, which does the same for the server-rendered pages.

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** White where it is readable on the accent, else black. */
export function textOn(accent) {
  return 1.05 / (luminance(accent) + 0.05) >= 4.5 ? '#ffffff' : '#000000';
}

export function paint(root, { accent, theme } = {}) {
  if (/^#[0-9a-f]{6}$/i.test(accent || '')) {
    const text = textOn(accent);
    root.style.setProperty('--accent', accent);
    root.style.setProperty('--on-accent', text);
    root.style.setProperty('--on-accent-shade', text === '#ffffff' ? 'black' : 'white');
  }
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  else delete root.dataset.theme;
}
