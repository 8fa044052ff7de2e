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

/** @param {string} base64 */
export function unpackU16(base64) {
  return new Uint16Array(fromBase64(base64).buffer);
}

/** @param {string} base64 */
export function unpackU32(base64) {
  return new Uint32Array(fromBase64(base64).buffer);
}

/** @param {string} base64 */
export function unpackI32(base64) {
  return new Int32Array(fromBase64(base64).buffer);
}

/**
 * Inflate the base64 of a zlib stream to its UTF-8 text.
 * @param {string} base64
 * @returns {Promise<string>}
 */
export function inflate(base64) {
  const stream = new Blob([fromBase64(base64)])
    .stream()
    .pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text();
}
