/** Labels that do not overlap: boxes in order of priority, kept where there is room. */
export class Boxes {
  /**
   * @param {number} [cell] pixels; boxes are looked up by the cells that they touch
   */
  constructor(cell = 48) {
    this.cell = cell;
    /** @type {Map<number, number[]>} */
    this.cells = new Map();
    /** @type {number[]} left, top, right, bottom of each box */
    this.flat = [];
  }

  /**
   * Take the place if it is free.
   * @param {number} left
   * @param {number} top
   * @param {number} right
   * @param {number} bottom
   */
  take(left, top, right, bottom) {
    if (!this.isFree(left, top, right, bottom)) return false;
    this.add(left, top, right, bottom);
    return true;
  }

  /**
   * @param {number} left
   * @param {number} top
   * @param {number} right
   * @param {number} bottom
   */
  isFree(left, top, right, bottom) {
    for (const key of this.touched(left, top, right, bottom)) {
      for (const at of this.cells.get(key) ?? []) {
        const { flat } = this;
        if (left < flat[at + 2] && right > flat[at] && top < flat[at + 3] && bottom > flat[at + 1]) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * @param {number} left
   * @param {number} top
   * @param {number} right
   * @param {number} bottom
   */
  add(left, top, right, bottom) {
    const at = this.flat.push(left, top, right, bottom) - 4;
    for (const key of this.touched(left, top, right, bottom)) {
      const found = this.cells.get(key);
      if (found) found.push(at);
      else this.cells.set(key, [at]);
    }
  }

  /**
   * @param {number} left
   * @param {number} top
   * @param {number} right
   * @param {number} bottom
   * @returns {Generator<number>}
   */
  *touched(left, top, right, bottom) {
    const { cell } = this;
    for (let row = Math.floor(top / cell); row <= Math.floor(bottom / cell); row++) {
      for (let column = Math.floor(left / cell); column <= Math.floor(right / cell); column++) {
        yield row * 65536 + column;
      }
    }
  }
}
