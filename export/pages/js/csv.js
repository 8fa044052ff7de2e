/**
 * CSV as RFC 4180 has it. A cell that a spreadsheet would take for a formula begins with "'".
 * @param {(string | number)[][]} rows
 */
export function toCsv(rows) {
  const cell = (/** @type {string | number} */ value) => {
    const text = String(value);
    const plain = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  return rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
}
