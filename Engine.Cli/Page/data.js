// Asks the server, and remembers what it answered.
//
// A page that was saved as one file has no server. It has <script type="application/json" id="recorded"> with
//   { recorded: [{ path, body, answer }], view, language, choice }
// and answers from there: a request is found by its path and its body, whose keys may stand in any order. A request
// for some parts of a pass (`/pass` with `parts`) is also answered by a recorded pass without `parts`, which has all.

import { t } from "page/text.js";

const saved = document.getElementById("recorded");

/** What a saved page has in it; null where there is a server. */
export const file = saved ? JSON.parse(saved.textContent) : null;

/** Answers by canonical request: { path, body, answer }, or { path, body, pending } while the server works. */
const kept = new Map();

/** A request as text: keys sorted, keys without a value left out. */
export function canonical(path, body = {}) {
  const sorted = value => Array.isArray(value) ? value.map(sorted)
    : value && typeof value === "object"
      ? Object.fromEntries(Object.keys(value).sort().filter(key => value[key] !== undefined && value[key] !== null)
        .map(key => [key, sorted(value[key])]))
      : value;
  return path + " " + JSON.stringify(sorted(body));
}

for (const { path, body, answer } of file?.recorded ?? [])
  kept.set(canonical(path, body ?? {}), { path, body, answer });

/** The answer to a request; the same request is asked once. Rejects with an Error of one readable line. */
export async function ask(path, body = {}) {
  const key = canonical(path, body);
  const known = kept.get(key) ?? (body.parts && withAllParts(path, body));
  if (known) return known.answer ?? known.pending;
  if (file) throw new Error(t("not_recorded"));
  const entry = { path, body, pending: fetchJson(path, body) };
  kept.set(key, entry);
  try {
    entry.answer = await entry.pending;
    return entry.answer;
  } catch (error) {
    kept.delete(key);
    throw error;
  }
}

function withAllParts(path, body) {
  const { parts: _, ...rest } = body;
  return kept.get(canonical(path, rest));
}

/**
 * The steps of a trace as they come, each given to `onStep(step)`; the promise is for the whole trace, which is kept
 * as the answer of `/trace`. `signal` gives the request up.
 */
export async function listen(path, body, onStep, signal) {
  const key = canonical("/trace", body);
  const known = kept.get(key);
  if (known || file) {
    const trace = await ask("/trace", body);
    for (const step of trace.steps) onStep(step);
    return trace;
  }
  const response = await send(path, body, signal);
  const steps = [];
  let done = null;
  for await (const { event, data } of events(response.body)) {
    if (event === "error") throw new Error(data.error);
    if (event === "done") done = data;
    if (event === "step") {
      steps.push(data);
      onStep(data);
    }
  }
  if (!done) throw new Error(t("stream_broke"));
  const trace = { ...done, steps };
  kept.set(key, { path: "/trace", body, answer: trace });
  return trace;
}

/** The server-sent events of a response: { event, data }, data read as JSON. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value.replaceAll("\r", "");
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const lines = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      const field = name => lines.filter(line => line.startsWith(name + ":"))
        .map(line => line.slice(name.length + 1).trimStart()).join("\n");
      if (field("data")) yield { event: field("event") || "message", data: JSON.parse(field("data")) };
    }
  }
}

const plainGets = new Set(["/model", "/gradients"]);

async function send(path, body, signal) {
  let response;
  try {
    response = plainGets.has(path)
      ? await fetch(path, { signal })
      : await fetch(path, {
        method: "POST", signal, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Error(t("no_server"));
  }
  if (response.ok) return response;
  let message = `${response.status} ${response.statusText}`;
  try { message = (await response.json()).error ?? message; } catch { /* the status says it */ }
  throw new Error(message);
}

async function fetchJson(path, body) {
  return (await send(path, body)).json();
}

/** The model's own translation of a sentence, if a pass of it was kept. */
const ownOf = sentence => [...kept.values()].find(({ path, body, answer }) =>
  answer && path === "/pass" && body.source === sentence && !body.target && !body.interventions && !body.checkpoint)
  ?.answer.target_text;

/** The reference that a saved page was given: a target that is not the model's own translation. */
export function recordedReference(sentence) {
  const own = ownOf(sentence);
  return file.recorded.find(({ path, body }) => path === "/pass" && body.source === sentence && body.target
    && body.target !== own && !body.interventions && !body.checkpoint)?.body.target ?? "";
}

/** All answers that belong to a sentence and its reference, or to none: what `/save` puts into the file. */
export function recorded(sentence, reference) {
  const targets = [undefined, reference, ownOf(sentence)];
  const belongs = ({ body }) =>
    [body?.source ?? body?.text ?? sentence].flat().includes(sentence) && targets.includes(body?.target);
  return [...kept.values()].filter(entry => entry.answer && (belongs(entry) || entry.path === "/tokenize"))
    .map(({ path, body, answer }) =>
      ({ path, body, answer: answer.decoder === "beam" ? withoutLogits(answer) : answer }));
}

/** A trace without the logits of the whole vocabulary: beam search has no setting that changes their bars. */
function withoutLogits(trace) {
  const steps = trace.steps.map(step => ({ ...step, rows: step.rows.map(row => ({ ...row, logits: [] })) }));
  return { ...trace, steps };
}

/** The page as one file, as a Blob. The server adds what the views ask first. */
export async function savedFile({ sentence, target, view }, language) {
  const answers = recorded(sentence, target || undefined);
  const body = {
    source: sentence.trim() || undefined, target: target || undefined, recorded: answers, view: view.id, language,
  };
  return (await send("/save", body)).blob();
}

/** Forgets all answers: the model was replaced. */
export async function reload() {
  await send("/reload", {});
  kept.clear();
}
