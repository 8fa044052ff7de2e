import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, fold, grouped, shorten, unitOf } from "../../export/pages/js/text.js";

test("code points become UTF-16 units, also behind an emoji", () => {
  for (const [text, point, unit] of [
    ["abc", 2, 2],
    ["🧪ab", 1, 2],
    ["🧪ab", 2, 3],
    ["a🧪🌳b", 3, 5],
    ["a🧪", 9, 3],
    ["e\u0301x", 2, 2],
  ]) {
    assert.equal(unitOf(text)(point), unit, `${text} ${point}`);
  }
});

test("marks cut a text; of two that overlap the longer stays", () => {
  const pieces = cut("🧪 We train ThriftNet well", [
    { start: 11, end: 17, value: "short" },
    { start: 11, end: 20, value: "long" },
  ]);
  assert.deepEqual(
    pieces.map(({ text, mark }) => [text, mark]),
    [["🧪 We train ", null], ["ThriftNet", "long"], [" well", null]],
  );
});

test("a range of a text keeps its marks and leaves out others", () => {
  const marks = [{ start: 0, end: 2, value: 1 }, { start: 4, end: 6, value: 2 }];
  assert.deepEqual(
    cut("ab\ncdefg", marks, 3, 8).map(({ text, mark }) => [text, mark]),
    [["c", null], ["de", 2], ["fg", null]],
  );
});

test("folding forgets case, accents and punctuation, and nothing else", () => {
  for (const [text, folded] of [
    ["Strip-MLP", "strip mlp"],
    ["Café", "cafe"],
    ["  β-VAE ", "β vae"],
    ["数据", "数据"],
    ["C++", "c"],
    ["!?", ""],
  ]) {
    assert.equal(fold(text), folded);
  }
});

test("map labels end before the colon or at a word, never inside a character", () => {
  for (const [label, short] of [
    ["MLP", "MLP"],
    ["ThriftNet: small adapters for big vision models", "ThriftNet"],
    ["A study of many things that nobody has studied", "A study of many things that…"],
    ["🧪".repeat(30), `${"🧪".repeat(16)}…`],
  ]) {
    assert.equal(shorten(label), short);
  }
});

test("digits stand in groups of three", () => {
  for (const [value, text] of [[0, "0"], [999, "999"], [1000, "1,000"], [199865, "199,865"], [1234567, "1,234,567"]]) {
    assert.equal(grouped(value), text);
  }
});
