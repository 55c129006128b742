// What the page says, in English and Chinese. Each module brings its texts: `merge({ key: [en, zh] })`.

const texts = {};
let current = "en";

/** The languages: the key of each, its name for readers, its tag for the document. */
export const languages = [
  { key: "zh", name: "中文", tag: "zh-Hans" },
  { key: "en", name: "English", tag: "en" },
];

/** Takes over the texts of a module: { key: [en, zh] }. */
export function merge(more) {
  for (const [key, pair] of Object.entries(more ?? {})) {
    if (texts[key] && texts[key] !== pair) throw new Error(`two texts are called '${key}'`);
    texts[key] = pair;
  }
}

/** "en" or "zh". */
export const language = () => current;

/** Chooses the language; of a browser's setting such as zh-CN only the beginning counts. */
export function setLanguage(wanted) {
  current = String(wanted).toLowerCase().startsWith("zh") ? "zh" : "en";
  document.documentElement.lang = languages.find(one => one.key === current).tag;
}

/** A pair [en, zh] in the reader's language, {names} replaced by values. */
export function say(pair, values = {}) {
  const text = pair[current === "zh" ? 1 : 0];
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The text of a key in the reader's language, {names} replaced by values. */
export function t(key, values) {
  if (!texts[key]) throw new Error(`no text is called '${key}'`);
  return say(texts[key], values);
}

/** A number for readers: `digits` after the point, a minus sign in place of a hyphen, – for nothing known. */
export function number(value, digits = 2) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const text = Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 0.5 * 10 ** -digits)
    ? value.toExponential(1) : value.toFixed(digits);
  return text.replace("-", "−");
}

/** An attention weight: two digits after the point. */
export const weight = value => value === null || value === undefined ? "–" : value.toFixed(2).replace("-", "−");

/** A probability as per cent. */
export function percent(value) {
  if (value === null || value === undefined) return "–";
  if (value > 0 && value < 0.0005) return "<0.1%";
  return (value * 100).toFixed(value < 0.1 ? 1 : 0) + "%";
}

/** A whole number with its thousands apart. */
export const whole = value => value.toLocaleString("en-US");
