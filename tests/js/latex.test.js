import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { edits, readable } from "../../export/pages/js/latex.js";

const CASES = JSON.parse(readFileSync(new URL("../latex_cases.json", import.meta.url), "utf8"));

test("LaTeX is shown as the pages without scripts show it", () => {
  for (const [text, shown] of CASES) {
    assert.equal(readable(text), shown);
    const made = edits(text);
    for (let middle = 0; middle <= text.length; middle++) {
      const pieces = readable(text, 0, middle, made) + readable(text, middle, text.length, made);
      assert.equal(pieces, shown, `${text} at ${middle}`);
    }
  }
});
