// The views of the page, in order, and what a view is.
//
// A view is a module view-NAME.js that exports
//
//   id                      its name in the address
//   title                   [en, zh]: a few words
//   texts                   { key: [en, zh] }: what it says, for t(key); keys begin with the view's name
//   settings                names of decoding settings to show above the view (see settings.js), or nothing
//   applies(model)          true, or the reason why it shows nothing for this model: [en, zh] or a key of texts
//   render(host, context)   draws into the empty element `host`; returns a promise that settles when all is drawn
//
// render is called again, with an empty host and a new context, when the sentence, the reference or the language
// changes or the view is opened. It is called for settings too, unless it listens: context.on("settings", handler).
// What it throws is shown to the reader in one line. An empty sentence never reaches a view.
//
//   context = {
//     model                 the answer of /model
//     sentence              the sentence, not empty
//     target                the reference (a classifier's label), or undefined where the reader gave none
//     settings              { decoder, beam, length_penalty, temperature, top_k, top_p, seed, ... } as the reader set
//                           them; settingsBody(settings) of settings.js is what a request needs of them
//     language              "en" or "zh"
//     memory                an object that the view keeps between its renders, such as the layer it shows
//     signal                aborts when the view is drawn again or left: stop timers then
//     pass(parts?, more?)   a PassRecord of the sentence and target: pass(["weights"]); all values without parts
//     trace(more?)          a DecodingTrace of the sentence with the settings
//     ask(path, body)       any answer of the interface
//     listen(path, body, onStep)   a stream
//     change(settings)      sets settings, as if the reader had
//     position              the position of the target that the reader looks at, from 0; views share it
//     select(position)      chooses it
//     on(event, handler)    "settings" or "position"; forgotten when the view is drawn again
//     open(id)              opens another view
//   }
//
// A page that is saved as one file shows what was asked before it was saved, and what render asks for without being
// touched: Inspect/RecordedPage.cs lists that, for --html and for the page's own button. A view that asks for something
// new adds it there; a test opens every view of a saved page. In such a file, context.memory may begin with a choice.

import { merge } from "page/text.js";
import * as attention from "page/view-attention.js";
import * as beam from "page/view-beam.js";
import * as checkpoints from "page/view-checkpoints.js";
import * as classifier from "page/view-classifier.js";
import * as forcing from "page/view-forcing.js";
import * as gradients from "page/view-gradients.js";
import * as positions from "page/view-positions.js";
import * as step from "page/view-step.js";
import * as switches from "page/view-switches.js";
import * as tokens from "page/view-tokens.js";
import * as translation from "page/view-translation.js";
import * as weight from "page/view-weight.js";

/** All views. */
export const views = [
  translation, attention, switches, weight, beam, step, gradients, checkpoints, forcing, positions, tokens, classifier,
];

/** The views in the order of a model's page: what the model is for, what else it can show, and what it cannot. */
export function viewsOf(model) {
  const rank = view => view.applies(model) !== true ? 2 : view === classifier && model.task === "classify" ? 0 : 1;
  return [0, 1, 2].flatMap(wanted => views.filter(view => rank(view) === wanted));
}

for (const view of views) merge(view.texts);
