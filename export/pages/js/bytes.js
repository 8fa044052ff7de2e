/** Bytes of the page's data: base64 to typed arrays, zlib streams to text. */

/**
 * @param {string} base64
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromBase64(base64) {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * Numbers that payload.py packed: the lowest bytes of all of them, then the next.
 * @template {Uint16Array | Uint32Array | Int32Array} T
 * @param {string} base64
 * @param {new (length: number) => T} type
 * @returns {T}
 */
export function unpack(base64, type) {
  const bytes = fromBase64(base64);
  const width = /** @type {any} */ (type).BYTES_PER_ELEMENT;
  const count = bytes.length / width;
  const numbers = new type(count);
  for (let plane = 0; plane < width; plane++) {
    const from = plane * count;
    for (let i = 0; i < count; i++) numbers[i] |= bytes[from + i] << (8 * plane);
  }
  return numbers;
}

/**
 * Inflate the base64 of a zlib stream to its UTF-8 text.
 * @param {string} base64
 * @returns {Promise<string>}
 */
export function inflate(base64) {
  // Written by hand: the stream of a blob makes a way round through another process.
  const { readable, writable } = new DecompressionStream("deflate");
  const text = new Response(readable).text();
  const writer = writable.getWriter();
  // What is wrong with the data is told by the reader's end.
  for (const done of [writer.write(fromBase64(base64)), writer.close()]) done.catch(() => {});
  return text;
}
