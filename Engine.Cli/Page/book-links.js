// The way from the views to the interview book, which the server has at /lab.

import { file } from "page/data.js";
import { element } from "page/plot.js";
import { language, t } from "page/text.js";

const address = path => `/lab${path}?lang=${language()}`;

/** The way to the contents of the book; nothing in a saved file, which has no server. */
export const bookLink = () => !file && element("a", { class: "book", href: address("") }, t("book"));

/** The questions of the book that a view shows at work; nothing where there are none. */
export function questionsOf(view, model) {
  const pages = (model.lab ?? []).filter(page => page.view === view.id);
  if (pages.length === 0) return null;
  return element("aside", { class: "questions", "aria-label": t("questions") }, element("h3", {}, t("questions")),
    element("ul", {}, pages.map(({ name, question }) => {
      const text = language() === "zh" ? question.chinese : question.english;
      return element("li", {}, file
        ? [text, " ", element("code", {}, `engine lab ${name}`)] : element("a", { href: address("/" + name) }, text));
    })));
}
