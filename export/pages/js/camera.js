/** Where the reader stands: the map's point in the middle of the picture and pixels a unit. */
export class Camera {
  /**
   * @param {number} [x]
   * @param {number} [y]
   * @param {number} [scale]
   */
  constructor(x = 0.5, y = 0.5, scale = 500) {
    this.x = x;
    this.y = y;
    this.scale = scale;
  }

  copy() {
    return new Camera(this.x, this.y, this.scale);
  }

  /**
   * Keep the point of the map that is under (px, py), measured from the middle, where it is.
   * @param {number} factor
   * @param {number} px
   * @param {number} py
   * @param {number} least
   * @param {number} most
   */
  zoomAt(factor, px, py, least, most) {
    const scale = Math.min(most, Math.max(least, this.scale * factor));
    this.x += px / this.scale - px / scale;
    this.y += py / this.scale - py / scale;
    this.scale = scale;
  }

  /**
   * @param {number} dx pixels
   * @param {number} dy
   */
  pan(dx, dy) {
    this.x -= dx / this.scale;
    this.y -= dy / this.scale;
  }

  /**
   * The camera that shows a box of the map in a picture of this size.
   * @param {{left: number, top: number, right: number, bottom: number}} box
   * @param {number} width pixels
   * @param {number} height
   * @param {number} most pixels a unit
   */
  static fit(box, width, height, most = Infinity) {
    const across = Math.max(box.right - box.left, 1e-6);
    const down = Math.max(box.bottom - box.top, 1e-6);
    const scale = Math.min((0.9 * width) / across, (0.88 * height) / down, most);
    return new Camera((box.left + box.right) / 2, (box.top + box.bottom) / 2, scale);
  }

  /**
   * The camera part of the way to another, zooming evenly.
   * @param {Camera} other
   * @param {number} part 0 to 1
   */
  toward(other, part) {
    const scale = this.scale * (other.scale / this.scale) ** part;
    // The point moves with the zoom, or it would swing out of the picture.
    const drawn = this.scale === other.scale ? part
      : (1 / this.scale - 1 / scale) / (1 / this.scale - 1 / other.scale);
    return new Camera(
      this.x + (other.x - this.x) * drawn,
      this.y + (other.y - this.y) * drawn,
      scale,
    );
  }
}
