// Shows the records and the requests, and refreshes them every second. All values are inserted as text, never as markup.
"use strict";

const PAGE = 25;
const REQUESTS = 100;
const COLUMNS = 8;
const SECOND = 1000;

const at = (id) => document.getElementById(id);
const shown = { model: "", offset: 0, search: "", seen: "", requests: 0 };

/** Creates an element with text or other elements in it. */
function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

async function ask(path) {
  const response = await fetch(`/_sandbox/${path}`, { cache: "no-store" });
  if (!response.ok) throw new Error(`${path} failed with status ${response.status}`);
  return response.json();
}

/** Sets a text if it differs, so that screen readers do not repeat it. */
function setText(id, text) {
  if (at(id).textContent !== text) at(id).textContent = text;
}

const count = (number) => number.toLocaleString("en");

async function refresh() {
  const overview = await ask("overview");
  showNumbers(overview);
  showModels(overview);
  const model = overview.models.find(({ name }) => name === shown.model) ?? { count: 0 };
  const seen = JSON.stringify([shown.model, shown.offset, shown.search, model.count, overview.applied]);
  if (seen !== shown.seen) {
    await showRecords();
    shown.seen = seen;
  }
  if (overview.requests !== shown.requests) await showRequests(overview.requests);
}

function showNumbers({ records, requests, applied, quota, faults }) {
  setText("stored", count(records));
  setText("requested", count(requests));
  setText("applied", count(applied));
  at("quota").hidden = !quota;
  if (quota) {
    Object.assign(at("gauge"), { max: quota.limit, low: quota.limit / 4, high: quota.limit / 2, optimum: quota.limit });
    at("gauge").value = quota.remaining;
    setText("left", `${quota.remaining} of ${quota.limit} left, reset in ${quota.reset_after} s`);
  }
  at("faults").hidden = !faults;
  setText("plan", faults);
}

function showModels({ models, first }) {
  const list = at("models");
  if (list.childElementCount === 0) {
    list.append(...models.map(({ name }) => {
      const link = element("a", { href: `#${encodeURIComponent(name)}` }, element("span", {}, name), element("span", { className: "count" }));
      return element("li", {}, link);
    }));
    if (!shown.model) open(first);
  }
  models.forEach(({ name, count: records }, index) => {
    const link = list.children[index].firstChild;
    if (link.lastChild.textContent !== count(records)) link.lastChild.textContent = count(records);
    if (name === shown.model) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
}

/** Shows the first records of a model. */
function open(model) {
  Object.assign(shown, { model, offset: 0, search: "" });
  at("text").value = "";
  setText("model", model);
}

async function showRecords() {
  const query = new URLSearchParams({ model: shown.model, offset: shown.offset, limit: PAGE, search: shown.search });
  const { total, fields, records } = await ask(`records?${query}`);
  if (records.length === 0 && shown.offset > 0) {
    shown.offset = Math.max(0, Math.ceil(total / PAGE) - 1) * PAGE;
    return showRecords();
  }
  const columns = choose(fields, records);
  const heads = ["_id", ...columns].map((name) => {
    const className = records.some((record) => typeof record[name] === "number") ? "number" : "";
    return element("th", { scope: "col", className }, name);
  });
  at("columns").replaceChildren(...(records.length ? [element("tr", {}, ...heads)] : []));
  const focused = document.activeElement?.dataset?.id;
  at("rows").replaceChildren(...records.map((record) => row(record, columns)));
  // Rebuilding the table must not move the focus.
  if (focused) [...at("rows").querySelectorAll("button")].find((button) => button.dataset.id === focused)?.focus();
  at("none").hidden = records.length > 0;
  setText("range", total === 0 ? "none" : `${count(shown.offset + 1)}–${count(shown.offset + records.length)} of ${count(total)}`);
  at("back").disabled = shown.offset === 0;
  at("on").disabled = shown.offset + PAGE >= total;
}

const isEmpty = (value) => value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
const isId = (value) => typeof value === "string" && /^[0-9a-f]{24}$/.test(value);

/** Selects the columns: fields with values in half of the records, and no ids, in documented order. */
function choose(fields, records) {
  const says = (field) => {
    const values = records.map((record) => record[field]).filter((value) => !isEmpty(value));
    return values.length * 2 >= records.length && !values.some(isId) && !field.startsWith("__");
  };
  return fields.filter((field) => field !== "_id" && says(field)).slice(0, COLUMNS);
}

function row(record, columns) {
  const id = String(record._id);
  const button = element("button", { type: "button", title: `${id} as JSON` }, id.length > 10 ? `…${id.slice(-8)}` : id);
  button.dataset.id = id;
  button.addEventListener("click", () => showRecord(record));
  const cells = columns.map((name) => {
    const value = record[name];
    return element("td", { className: typeof value === "number" ? "number" : "", title: cell(value) }, cell(value));
  });
  return element("tr", {}, element("td", {}, button), ...cells);
}

/** Formats a value for a table cell. */
function cell(value) {
  if (isEmpty(value)) return "";
  if (typeof value === "number") return count(value);
  if (Array.isArray(value)) return value.every((one) => typeof one === "string" && !isId(one)) ? value.join(", ") : `${value.length} ×`;
  if (typeof value === "object") return JSON.stringify(value);
  const text = String(value);
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) ? text.slice(0, 16).replace("T", " ") : text;
}

function showRecord(record) {
  at("record-name").textContent = `${shown.model} ${record._id}`;
  at("json").textContent = JSON.stringify(record, null, 2);
  at("record").showModal();
}

async function showRequests(known) {
  // After a reset, the count starts again.
  const since = known < shown.requests ? 0 : shown.requests;
  const { count: total, requests } = await ask(`requests?since=${Math.max(since, known - REQUESTS)}`);
  const rows = requests.reverse().map(request);
  if (since === 0) at("log").replaceChildren(...rows);
  else at("log").prepend(...rows);
  while (at("log").childElementCount > REQUESTS) at("log").lastChild.remove();
  shown.requests = total;
  at("silent").hidden = total > 0;
}

function request({ at: time, method, path, query, status, fault, took_ms: took, received, sent }) {
  const kind = status === 0 || status >= 500 ? "bad" : status >= 400 ? "warn" : "good";
  const full = query ? `${path}?${query}` : path;
  const numbers = [took.toFixed(1), count(received), sent === null ? "?" : count(sent)];
  return element(
    "tr", {},
    element("td", {}, time.slice(11, 23)),
    element("td", { className: kind }, status === 0 ? "reset" : String(status)),
    element("td", {}, method),
    element("td", { title: full }, full),
    element("td", { className: fault ? "bad" : "" }, fault ?? ""),
    ...numbers.map((number) => element("td", { className: "number" }, number)),
  );
}

let busy = Promise.resolve();

/** Refreshes after the current refresh. */
function now() {
  busy = busy.then(attempt);
  return busy;
}

/** Refreshes, and shows errors until the next refresh. */
async function attempt() {
  try {
    await refresh();
    setText("state", at("live").checked ? "Connected" : "Paused");
    at("state").className = "";
  } catch {
    setText("state", "The sandbox does not respond.");
    at("state").className = "off";
  }
}

async function live() {
  if (at("live").checked && !document.hidden) await now();
  setTimeout(live, SECOND);
}

/** Returns the model in the URL. */
function named() {
  const hash = location.hash.slice(1);
  // The skip link leads to the records of the current model.
  if (hash === "records") return "";
  try {
    return decodeURIComponent(hash);
  } catch {
    return "";
  }
}

function turn(by) {
  shown.offset = Math.max(0, shown.offset + by);
  now();
}

window.addEventListener("hashchange", () => {
  if (named()) {
    open(named());
    now();
  }
});
at("search").addEventListener("submit", (event) => {
  event.preventDefault();
  Object.assign(shown, { search: at("text").value.trim(), offset: 0 });
  now();
});
at("back").addEventListener("click", () => turn(-PAGE));
at("on").addEventListener("click", () => turn(PAGE));
at("close").addEventListener("click", () => at("record").close());
at("live").addEventListener("change", now);
if (named()) open(named());
live();
