"use strict";
const at = (id) => document.getElementById(id);
const { base, questions } = JSON.parse(at("data").textContent);

for (const question of questions) {
  at("examples").append(new Option(`${question.id}: ${question.title}`, question.id));
}
at("examples").addEventListener("change", (event) => {
  const chosen = questions.find((question) => question.id === event.target.value);
  if (chosen) at("query").value = chosen.sparql;
});
at("query").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) at("ask").requestSubmit();
});
at("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  ask(at("query").value);
});

async function ask(query) {
  at("problem").textContent = "";
  at("status").textContent = "Asking…";
  at("answer").replaceChildren();
  at("csv").hidden = true;
  const began = performance.now();
  try {
    const answer = await fetch("/sparql", {
      method: "POST",
      headers: {
        "Content-Type": "application/sparql-query",
        Accept: "application/sparql-results+json, text/turtle;q=0.9",
      },
      body: query,
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    if (answer.headers.get("Content-Type").startsWith("text/turtle")) {
      show(["RDF"], text.split("\n").map((line) => [{ value: line }]));
      at("status").textContent = `Answered in ${seconds} s.`;
      return;
    }
    const found = JSON.parse(text);
    if ("boolean" in found) {
      at("status").textContent = `${found.boolean ? "Yes" : "No"}, in ${seconds} s.`;
      return;
    }
    const names = found.head.vars;
    const rows = found.results.bindings.map((row) => names.map((name) => row[name]));
    show(names, rows);
    at("status").textContent = `${rows.length} rows in ${seconds} s.`;
    at("csv").href = `/sparql?query=${encodeURIComponent(query)}&format=csv`;
    at("csv").hidden = false;
  } catch (error) {
    at("status").textContent = "";
    at("problem").textContent = error.message;
  }
}

function show(names, rows) {
  const head = document.createElement("thead");
  head.append(line(names.map((name) => cell("th", { value: name }))));
  const body = document.createElement("tbody");
  // What a person reads; the whole is in the CSV.
  for (const row of rows.slice(0, 1000)) body.append(line(row.map((term) => cell("td", term))));
  at("answer").replaceChildren(head, body);
}

function line(cells) {
  const row = document.createElement("tr");
  row.append(...cells);
  return row;
}

function cell(kind, term) {
  const made = document.createElement(kind);
  if (kind === "th") made.scope = "col";
  if (!term) return made;
  if (term.type === "uri" && /^https?:\/\//.test(term.value)) {
    const link = document.createElement("a");
    const own = term.value.startsWith(base);
    link.href = own ? `/${term.value.slice(base.length)}` : term.value;
    link.textContent = own ? term.value.slice(base.length) : term.value;
    made.append(link);
  } else {
    made.textContent = term.value;
  }
  return made;
}
