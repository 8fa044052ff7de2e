import assert from "node:assert/strict";
import { test } from "node:test";
import { safeUrl } from "../../export/pages/js/dom.js";

test("only addresses of the web may be followed", () => {
  for (const [address, href] of [
    ["https://github.com/a/b", "https://github.com/a/b"],
    ["http://example.org/a b?c=<d>", "http://example.org/a%20b?c=%3Cd%3E"],
    ["javascript:alert(1)", null],
    [" java\nscript:alert(1)", null],
    ["data:text/html,<script>", null],
    ["file:///etc/passwd", null],
    ["//example.org", null],
    ["https://user:word@example.org/", null],
    ["vbscript:x", null],
    ["not an address", null],
  ]) {
    assert.equal(safeUrl(address), href, address);
  }
});
