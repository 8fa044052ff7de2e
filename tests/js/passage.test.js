import assert from "node:assert/strict";
import { test } from "node:test";
import { bySentence, foundBy } from "../../export/pages/js/passage.js";

test("a sentence that proves twice is shown once", () => {
  const spans = [[3, 5, 0, 20, 0.9, "ner"], [25, 27, 21, 40, 0.8, "ner"], [8, 9, 0, 20, 0.7, "cues"]];
  assert.deepEqual(bySentence(spans), [[spans[0], spans[2]], [spans[1]]]);
});

test("a reader is told in words who found it, and never that it is certain", () => {
  for (const [confidence, component, said] of [
    [1, "paperlattice_ner", "Found by the trained recogniser, over 99 % sure"],
    [0.994, "paperlattice_ner", "Found by the trained recogniser, 99 % sure"],
    [0.5, "lexicon", "Found in the list of known names, 50 % sure"],
    [0.7, "my_model", "Found by my_model, 70 % sure"],
  ]) {
    assert.equal(foundBy([0, 1, 0, 1, confidence, component]), said);
  }
});
