import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyState, formatState, parseState } from "../../export/pages/js/state.js";

const kinds = ["paper", "method"];

test("a state survives the address bar", () => {
  const states = [
    emptyState(),
    { ...emptyState(), node: "method/lo-ra-0123456789", query: "a & b=c#d 100 %", code: true },
    { ...emptyState(), hidden: ["paper", "method"], years: [2019, 2024], goal: "title-1" },
  ];
  for (const state of states) assert.deepEqual(parseState(formatState(state), kinds), state);
});

test("the empty state has no hash", () => assert.equal(formatState(emptyState()), ""));

test("what is wrong in an address is left out", () => {
  for (const hash of ["#hide=venue", "#years=2024-2019", "#years=x", "#code=yes", "#%zz", "#&&="]) {
    assert.deepEqual(parseState(hash, kinds), emptyState(), hash);
  }
});
