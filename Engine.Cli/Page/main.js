// The frame of the page: header, form, tabs, settings, and the view that is open.

import { bookLink, questionsOf } from "page/book-links.js";
import { ask, file, listen, recordedReference, reload, savedFile } from "page/data.js";
import { choice } from "page/controls.js";
import { element, empty, failure } from "page/plot.js";
import { defaults, settingsBody, settingsPanel } from "page/settings.js";
import { language, languages, merge, say, setLanguage, t, whole } from "page/text.js";
import { texts } from "page/texts-page.js";
import { views, viewsOf } from "page/views.js";

merge(texts);

const page = document.getElementById("page");
const state = { model: null, sentence: "", target: "", view: null, settings: { ...defaults }, position: 0 };
const memories = Object.fromEntries(views.map(view => [view.id, view.id === file?.view ? { ...file.choice } : {}]));
let drawing = null; // { abort, handlers } of the view that is drawn
let parts = {}; // the elements of the frame that change

/** The address remembers view, sentence, reference and language. */
function readAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  setLanguage(address.get("language") ?? file?.language ?? navigator.language);
  const sample = file?.recorded.map(({ body }) => body?.text ?? body?.source).find(text => typeof text === "string");
  state.sentence = address.get("text") ?? sample ?? state.model?.samples?.[0] ?? "";
  state.target = address.get("target") ?? (file ? recordedReference(state.sentence) : "");
  const wanted = address.get("view") ?? file?.view;
  state.view = views.find(view => view.id === wanted) ?? viewsOf(state.model)[0];
}

function writeAddress() {
  const address = new URLSearchParams({ view: state.view?.id ?? "", text: state.sentence, language: language() });
  if (state.target) address.set("target", state.target);
  history.replaceState(null, "", "#" + address);
}

/** The context of a view; see views.js. */
function contextOf(view, signal, handlers) {
  const target = state.target || undefined;
  const emit = (event, value) => (drawing?.handlers[event] ?? []).forEach(handler => handler(value));
  return {
    model: state.model, sentence: state.sentence, target, settings: state.settings, language: language(),
    memory: memories[view.id], signal, ask, listen: (path, body, onStep) => listen(path, body, onStep, signal),
    pass: (names, more) => ask("/pass", { source: state.sentence, target, parts: names, ...more }),
    trace: more => ask("/trace", { text: state.sentence, ...settingsBody(state.settings), ...more }),
    change, get position() { return state.position; },
    select: position => {
      state.position = position;
      emit("position", position);
    },
    on: (event, handler) => (handlers[event] ??= []).push(handler), open,
  };
}

/** Draws a view into an element; errors become a line. */
async function drawInto(host, view, signal, handlers) {
  const applies = view.applies(state.model);
  if (applies !== true) {
    host.append(empty(Array.isArray(applies) ? say(applies) : t(applies || "not_applicable", state.model)));
  } else if (!state.sentence.trim()) {
    host.append(empty(t("empty_sentence")));
  } else {
    try {
      await view.render(host, contextOf(view, signal, handlers));
    } catch (error) {
      if (signal.aborted || error.name === "AbortError") return;
      host.append(failure(error));
    }
  }
}

async function draw() {
  drawing?.abort.abort();
  const mine = drawing = { abort: new AbortController(), handlers: {} };
  const view = state.view;
  for (const [id, tab] of parts.tabs) {
    tab.setAttribute("aria-selected", String(id === view?.id));
    tab.tabIndex = id === view?.id ? 0 : -1;
  }
  writeAddress();
  if (!view) return;
  reveal(parts.tabs.get(view.id));
  parts.panel.setAttribute("aria-labelledby", `tab-${view.id}`);
  const host = element("div", { class: `view view-${view.id}` });
  const settings = view.settings && view.applies(state.model) === true
    ? settingsPanel(view.settings, state.settings, change) : null;
  const questions = questionsOf(view, state.model);
  parts.panel.replaceChildren(...[element("h2", {}, say(view.title)), settings, host, questions].filter(Boolean));
  parts.panel.setAttribute("aria-busy", "true");
  await drawInto(host, view, mine.abort.signal, mine.handlers);
  if (mine === drawing) parts.panel.setAttribute("aria-busy", "false");
}

/** On a phone the tabs are a strip that scrolls: shows the chosen one, and leaves the page where it is. */
function reveal(tab) {
  const strip = tab.parentElement.getBoundingClientRect(), { left, right } = tab.getBoundingClientRect();
  if (left < strip.left || right > strip.right) tab.parentElement.scrollLeft += left - strip.left;
}

function change(settings) {
  Object.assign(state.settings, settings);
  if (drawing?.handlers.settings) drawing.handlers.settings.forEach(handler => handler(state.settings));
  else {
    clearTimeout(change.timer);
    change.timer = setTimeout(redrawHost, 250);
  }
}

/** Draws the view again and leaves the settings, and the focus in them, alone. */
async function redrawHost() {
  drawing?.abort.abort();
  const mine = drawing = { abort: new AbortController(), handlers: {} };
  const host = element("div", { class: `view view-${state.view.id}` });
  parts.panel.querySelector(".view").replaceWith(host);
  await drawInto(host, state.view, mine.abort.signal, mine.handlers);
}

function open(id) {
  state.view = views.find(view => view.id === id) ?? state.view;
  return draw();
}

function run(sentence, target = state.target) {
  if (sentence !== state.sentence) state.position = 0;
  state.sentence = sentence;
  state.target = target;
  parts.sentence.value = sentence;
  parts.target.value = target;
  return draw();
}

/** Saves the page with what was asked so far, and what every view asks first. */
async function save(button) {
  button.disabled = true;
  parts.status.replaceChildren(t("saving"));
  try {
    const blob = await savedFile(state, language());
    const name = `${state.model.name} ${state.sentence}`.slice(0, 80).replace(/[\\/:*?"<>|]/g, "_");
    const link = element("a", { href: URL.createObjectURL(blob), download: name + ".html" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    parts.status.replaceChildren();
  } catch (error) {
    parts.status.replaceChildren(failure(error));
  } finally {
    button.disabled = false;
  }
}

function tabs() {
  parts.tabs = new Map(viewsOf(state.model).map(view => [view.id, element("button", {
    type: "button", role: "tab", id: `tab-${view.id}`, "aria-controls": "panel", on: { click: () => open(view.id) },
    class: view.applies(state.model) === true ? "" : "does-not-apply",
  }, say(view.title))]));
  return element("div", {
    class: "tabs", role: "tablist", "aria-label": t("views"),
    on: {
      keydown: event => {
        const all = [...parts.tabs.keys()], here = all.indexOf(state.view.id);
        const to = {
          ArrowDown: here + 1, ArrowRight: here + 1, ArrowUp: here - 1, ArrowLeft: here - 1, Home: 0, End: -1,
        }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        const id = all.at(to % all.length);
        open(id);
        parts.tabs.get(id).focus();
      },
    },
  }, [...parts.tabs.values()]);
}

function header() {
  const { model } = state;
  const line = t("model_line", {
    architecture: model.architecture,
    layers: model.task === "classify" ? model.encoder_layers : `${model.encoder_layers}+${model.decoder_layers}`,
    width: model.d_model, heads: model.heads ? t("model_heads", model) : "", parameters: whole(model.parameters),
  });
  return element("header", { class: "top" },
    element("div", { class: "brand" },
      element("h1", {}, t("title", { name: model.name })), element("p", { class: "quiet-text" }, line)),
    element("div", { class: "tools" },
      bookLink(),
      choice({
        label: t("language"), value: language(),
        options: languages.map(({ key, name }) => ({ value: key, label: name })),
        onChange: wanted => {
          setLanguage(wanted);
          frame();
          page.querySelector(`.tools [aria-pressed="true"]`).focus();
        },
      }),
      !file && element("button", {
        type: "button", class: "save", on: { click: event => save(event.currentTarget) },
      }, t("save"))));
}

function form() {
  const { model } = state;
  parts.sentence = element("input", {
    id: "sentence", type: "text", value: state.sentence, autocomplete: "off", spellcheck: "false",
    placeholder: t("sentence_hint"),
  });
  parts.target = element("input", {
    id: "target", type: "text", value: state.target, autocomplete: "off", spellcheck: "false",
    placeholder: t(model.task === "classify" ? "label_hint" : "reference_hint"),
  });
  return element("form", {
    class: "ask", on: {
      submit: event => {
        event.preventDefault();
        run(parts.sentence.value.trim(), parts.target.value.trim());
      },
    },
  },
  element("div", { class: "field wide" }, element("label", { for: "sentence" }, t("sentence")), parts.sentence),
  element("div", { class: "field" },
    element("label", { for: "target" }, t(model.task === "classify" ? "label_short" : "reference_short")),
    parts.target),
  element("button", { type: "submit", class: "primary" }, t("run")),
  !file && model.samples?.length > 0 && element("p", { class: "samples" }, element("span", {}, t("samples")),
    model.samples.slice(0, 6).map(sample => element("button", {
      type: "button", class: "quiet", on: { click: () => run(sample, "") },
    }, sample))));
}

/** Builds the whole page anew: at the start, and when the language changes. */
function frame() {
  const { model } = state;
  document.title = t("title", { name: model.name });
  parts = {};
  parts.status = element("div", { class: "status", role: "status" });
  parts.panel = element("div", { id: "panel", role: "tabpanel", tabindex: -1 });
  page.replaceChildren(
    header(),
    element("main", {}, form(),
      file && element("p", { class: "note" }, t("saved_note", { command: `engine serve --model ${model.folder}` })),
      parts.status,
      element("div", { class: "body" }, element("nav", { "aria-label": t("views") }, tabs()), parts.panel)),
    element("footer", { class: "bottom" },
      element("span", {}, `Engine ${model.version ?? ""}`),
      !file && element("button", {
        type: "button", class: "quiet", on: {
          click: async () => {
            try {
              await reload();
              state.model = await ask("/model");
              frame();
            } catch (error) {
              parts.status.replaceChildren(failure(error));
            }
          },
        },
      }, t("reload"))));
  return draw();
}

setLanguage(navigator.language);
try {
  state.model = await ask("/model");
  readAddress();
  await frame();
  addEventListener("hashchange", () => {
    readAddress();
    frame();
  });
} catch (error) {
  page.replaceChildren(failure(error));
}
