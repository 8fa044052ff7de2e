import assert from "node:assert/strict";
import { test } from "node:test";
import { Search } from "../../export/pages/js/search.js";

const labels = ["MLP", "Strip-MLP: a title", "ImageNet", "MLPs for sight", "Café au lait", "amlpb", "Strip-MLP"];
const search = new Search(labels, new Map([[2, ["ILSVRC 2012", "IN-1K"]]]));

test("finds names, aliases, words in any order; the whole name first", () => {
  for (const [query, found] of [
    ["mlp", [0, 3, 1, 6, 5]],
    ["MLP ", [0, 3, 1, 6, 5]],
    ["strip-mlp", [1, 6]], // a paper goes by what stands before the colon
    ["a title", [1]],
    ["title strip", [1]],
    ["ilsvrc", [2]],
    ["in 1k", [2]],
    ["cafe", [4]],
    ["café", [4]],
    ["mlp lait", []],
    ["", []],
    ["?!", []],
    ["net", [2]],
  ]) {
    assert.deepEqual(search.find(query), found, query);
  }
});

test("a word does not match across two nodes or two names", () => {
  assert.deepEqual(search.find("2012in"), []);
  assert.deepEqual(search.find("mlpstrip"), []);
});

test("keeps to the number that is asked for", () => {
  assert.deepEqual(search.find("mlp", 2), [0, 3]);
});
