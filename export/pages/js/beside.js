import { el } from "./dom.js";

const PATIENCE = 2000; // ms from the end of loading until a file that says nothing counts as none

/**
 * Read the texts of a file that stands beside the page. A page that was opened from a disk may
 * read no file, but show one in a frame, which says what it holds; it can do nothing else.
 * @param {string} address
 * @returns {Promise<string[]>} rejected where there is no such file
 */
export function readBeside(address) {
  const frame = /** @type {HTMLIFrameElement} */ (
    el("iframe", { src: address, sandbox: "allow-scripts", hidden: true, title: "Details" })
  );
  return new Promise((resolve, reject) => {
    const leave = () => {
      window.removeEventListener("message", listen);
      frame.remove();
    };
    const listen = (/** @type {MessageEvent} */ event) => {
      if (event.source !== frame.contentWindow) return;
      leave();
      resolve(JSON.parse(event.data));
    };
    window.addEventListener("message", listen);
    frame.addEventListener("load", () => {
      setTimeout(() => {
        leave();
        reject(new Error(`nothing at ${address}`));
      }, PATIENCE);
    });
    document.body.append(frame);
  });
}
