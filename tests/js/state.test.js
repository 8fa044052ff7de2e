import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyState, formatState, parseState } from "../../export/pages/js/state.js";

const kinds = ["paper", "method"];

test("a state survives the address bar", () => {
  const states = [
    emptyState(),
    { ...emptyState(), node: "method/lo-ra-0123456789", query: "a & b=c#d 100 %", code: true },
    { ...emptyState(), hidden: ["paper", "method"], months: [24228, 24299], goal: "title-1" },
    { ...emptyState(), role: "used", community: 3, table: true },
  ];
  for (const state of states) assert.deepEqual(parseState(formatState(state), kinds), state);
});

test("the empty state has no hash", () => assert.equal(formatState(emptyState()), ""));

test("what is wrong in an address is left out", () => {
  for (const hash of ["#hide=venue", "#dates=2024-02..2019-01", "#dates=2024-13..2025-01", "#dates=x", "#code=yes", "#role=boss", "#community=-1", "#%zz", "#&&="]) {
    assert.deepEqual(parseState(hash, kinds), emptyState(), hash);
  }
});
