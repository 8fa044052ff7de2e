import assert from "node:assert/strict";
import { test } from "node:test";
import { toCsv } from "../../export/pages/js/csv.js";
import { tableRows, toGraphml, xmlText } from "../../export/pages/js/download.js";
import { countKinds, shownNodes } from "../../export/pages/js/filter.js";
import { monthOf } from "../../export/pages/js/model.js";
import { findPath } from "../../export/pages/js/path.js";
import { emptyState, parseMonth } from "../../export/pages/js/state.js";
import { sortedNodes } from "../../export/pages/js/table.js";
import { binned } from "../../export/pages/js/timeline.js";
import { pack, smallModel } from "./small_model.js";

const model = smallModel();

test("filters keep papers, and entities while one of their papers is kept", () => {
  for (const [fields, shown] of [
    [{}, [1, 1, 1, 1, 1]],
    [{ code: true }, [1, 0, 1, 0, 0]],
    [{ community: 1 }, [1, 0, 1, 0, 0]],
    [{ role: "proposed" }, [1, 1, 1, 1, 1]],
    [{ role: "used" }, [1, 1, 1, 0, 1]],
    [{ months: [parseMonth("2020-01"), parseMonth("2020-12")] }, [1, 0, 1, 0, 0]],
    [{ months: [parseMonth("1999-01"), parseMonth("1999-12")] }, [0, 0, 0, 0, 0]],
    [{ hidden: ["paper", "dataset"] }, [0, 0, 1, 0, 0]],
  ]) {
    assert.deepEqual([...shownNodes(model, { ...emptyState(), ...fields })], shown, JSON.stringify(fields));
  }
  assert.deepEqual(countKinds(model, Uint8Array.from([1, 0, 1, 1, 1])), [2, 1, 1, 0, 0]);
});

test("edges stand by rank at their paper, those to entities of one paper last", () => {
  const ranked = smallModel({
    size: pack(Uint32Array.from([3, 2, 2, 1, 70000])),
    degree: pack(Uint16Array.from([2, 3, 0, 0, 0])),
    entity: pack(Uint32Array.from([4, 3, 2, 4, 3])),
    proposed: pack(Uint8Array.from([1, 0, 0, 1, 0])),
  });
  assert.equal(ranked.size[4], 70000);
  assert.deepEqual([...ranked.paper], [0, 1, 1, 0, 1]);
  assert.deepEqual([...ranked.entity], [4, 2, 4, 3, 3]);
  assert.deepEqual([...ranked.proposed], [1, 0, 1, 0, 0]);
});

test("paths lead through what is shared", () => {
  assert.deepEqual(findPath(model, 0, 3), [0, 2, 1, 3]);
  assert.deepEqual(findPath(model, 0, 4), []);
  assert.deepEqual(findPath(model, 2, 2), [2]);
});

test("a way round a hub is preferred", () => {
  // 0 and 1 share the hub 2 and the rare 3; papers 4 to 9 name only the hub.
  const hub = smallModel({
    ids: [..."abcdefghij"],
    labels: [..."abcdefghij"],
    kind: pack(Uint8Array.from([0, 0, 1, 1, 0, 0, 0, 0, 0, 0])),
    size: pack(new Uint32Array(10)),
    degree: pack(Uint16Array.from([2, 2, 0, 0, 1, 1, 1, 1, 1, 1])),
    entity: pack(Uint32Array.from([2, 3, 2, 3, 2, 2, 2, 2, 2, 2])),
    proposed: pack(new Uint8Array(10)),
  });
  assert.deepEqual(findPath(hub, 0, 1), [0, 3, 1]);
});

test("CSV quotes what it must and disarms formulas", () => {
  assert.equal(
    toCsv([["a", 1, -2], ["=SUM(1)", '"x", y', "-3"], ["@x", "\ty", "l1\nl2"]]),
    'a,1,-2\r\n\'=SUM(1),"""x"", y",\'-3\r\n\'@x,\'\ty,"l1\nl2"\r\n',
  );
  assert.deepEqual(tableRows(model, [2])[1], ["method/m", "m", "method", 2, "", "", ""]);
});

test("GraphML holds the selection, escaped, and only edges within it", () => {
  const text = toGraphml(model, [0, 1, 2]);
  assert.match(text, /<data key="label">A &quot;title&quot;, &lt;b&gt;<\/data>/);
  assert.equal(text.match(/<edge /g)?.length, 2);
  assert.ok(!text.includes("dataset/d"));
  assert.equal(xmlText("a\u0000\ud800b"), "a\ufffdb");
});

test("tables sort by text, number and date, ties in the order given", () => {
  assert.deepEqual(sortedNodes(model, [0, 1, 2, 3, 4], 2, true), [1, 2, 0, 3, 4]);
  assert.deepEqual(sortedNodes(model, [0, 1, 4], 3, false), [4, 0, 1]);
  assert.deepEqual(sortedNodes(model, [4, 3, 2], 0, false), [3, 4, 2]);
});

test("bars are months for short spans, years for long ones, none without dates", () => {
  assert.deepEqual(binned(model).counts.length, 25);
  assert.equal(binned(model).step, 1);
  const none = smallModel({ day: pack(new Int32Array(5).fill(-1)) });
  assert.deepEqual(binned(none).counts, []);
  const long = smallModel({ day: pack(Int32Array.from([0, 19000, -1, -1, -1])) });
  assert.equal(binned(long).step, 12);
  assert.equal(binned(long).counts.length, 53);
});

test("the month of a day is that of the calendar", () => {
  for (let day = 0; day < 60000; day += 1) {
    const date = new Date(day * 86400000);
    assert.equal(monthOf(day), 12 * date.getUTCFullYear() + date.getUTCMonth(), date.toISOString());
  }
});
