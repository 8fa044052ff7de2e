import assert from "node:assert/strict";
import { test } from "node:test";
import { fullQuery, nodeOf, term, withPrefixes } from "../../export/pages/js/questions.js";

test("parameters become terms and never a part of the query", () => {
  for (const [kind, text, expected] of [
    ["label", "ImageNet-1K", '"ImageNet-1K"@en'],
    ["date", "2024-01-02", '"2024-01-02"^^<http://www.w3.org/2001/XMLSchema#date>'],
    ["text", '" } DELETE', '"\\u0022 } DELETE"'],
    ["label", "a\\\nb", '"a\\u005c\\u000ab"@en'],
  ]) {
    assert.equal(term(kind, text), expected);
  }
  const question = { id: "q", title: "", description: "", parameters: [["name", "label", "x"]],
    sparql: "SELECT ?p WHERE { ?p skos:prefLabel ?name }" };
  assert.equal(
    fullQuery(question, { name: "$& x" }, { skos: "http://s#", dct: "http://d/" }),
    'PREFIX skos: <http://s#>\nSELECT ?p WHERE {\n  VALUES ?name { "$& x"@en } ?p skos:prefLabel ?name }',
  );
});

test("only prefixes that are used and not declared are added", () => {
  const prefixes = { a: "http://a/", b: "http://b/" };
  assert.equal(withPrefixes("ASK { ?x a:y 1 }", prefixes), "PREFIX a: <http://a/>\nASK { ?x a:y 1 }");
  assert.equal(withPrefixes("prefix a: <x> ASK { ?x a:y 1 }", prefixes), "prefix a: <x> ASK { ?x a:y 1 }");
});

test("addresses of the data lead to nodes of the map", () => {
  const base = "https://w/id/";
  for (const [iri, node] of [
    ["https://w/id/paper/arxiv-1", "arxiv-1"],
    ["https://w/id/paper/doi-10-a", "doi-10.1/A"],
    ["https://w/id/method/lora-1", "method/lora-1"],
    ["https://w/id/result/x", ""],
    ["https://other/id/paper/arxiv-1", ""],
  ]) {
    assert.equal(nodeOf(iri, base, { "doi-10-a": "doi-10.1/A" }), node);
  }
});
