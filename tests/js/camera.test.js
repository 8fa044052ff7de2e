import assert from "node:assert/strict";
import { test } from "node:test";
import { Camera } from "../../export/pages/js/camera.js";
import { Boxes } from "../../export/pages/js/labels.js";

test("zooming keeps the point under the pointer", () => {
  const camera = new Camera(0.3, 0.4, 500);
  const before = camera.x + 120 / camera.scale;
  camera.zoomAt(2, 120, -40, 1, 1e6);
  assert.ok(Math.abs(camera.x + 120 / camera.scale - before) < 1e-12);
  assert.equal(camera.scale, 1000);
  camera.zoomAt(1e9, 0, 0, 1, 4000);
  assert.equal(camera.scale, 4000);
});

test("a box fits into the picture", () => {
  const camera = Camera.fit({ left: 0, top: 0, right: 2, bottom: 1 }, 1000, 1000);
  assert.ok(camera.scale * 2 <= 1000);
  assert.deepEqual([camera.x, camera.y], [1, 0.5]);
});

test("a flight begins here and ends there", () => {
  const from = new Camera(0, 0, 100);
  const to = new Camera(1, 1, 800);
  assert.deepEqual(from.toward(to, 1), to);
  assert.deepEqual(from.toward(to, 0), from);
});

test("boxes that would overlap are refused, beside and across cells", () => {
  const boxes = new Boxes(10);
  assert.ok(boxes.take(0, 0, 35, 8));
  for (const [left, top, right, bottom, free] of [
    [30, 4, 50, 12, false],
    [36, 0, 40, 8, true],
    [0, 9, 35, 20, true],
    [-20, -20, 60, 60, false],
  ]) {
    assert.equal(boxes.take(left, top, right, bottom), free);
  }
});
