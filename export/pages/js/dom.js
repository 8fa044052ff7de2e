/**
 * Elements from values. Text goes in as text only, addresses only if they are on the list, so
 * that nothing a paper says can become markup or a script.
 */

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes] `on…` are listeners, null and false are left out
 * @param {...(Node | string | null | false | undefined)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

/**
 * The address if a person may follow it from here, else null.
 * @param {string} address
 * @returns {string | null}
 */
export function safeUrl(address) {
  try {
    const url = new URL(address);
    const good = (url.protocol === "https:" || url.protocol === "http:") && url.hostname !== "";
    return good && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}

/**
 * A link out of the page, or plain text where the address is not allowed.
 * @param {string} address
 * @param {string} [text]
 * @returns {HTMLElement}
 */
export function linkOut(address, text = address) {
  const href = safeUrl(address);
  return href
    ? el("a", { href, rel: "noopener noreferrer", target: "_blank", class: "out" }, text)
    : el("span", {}, text);
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element #${id}`);
  return found;
}
