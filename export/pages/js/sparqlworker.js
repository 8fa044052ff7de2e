/* In a worker, behind oxigraph's glue: hold the store, answer one question at a time. */
(() => {
  let store = null;
  const plain = (term) =>
    term && { type: term.termType, value: term.value, language: term.language ?? "", datatype: term.datatype?.value ?? "" };
  const ask = (query) => {
    const found = store.query(query, { use_default_graph_as_union: true });
    if (typeof found === "boolean") return { columns: ["answer"], rows: [[{ type: "Literal", value: String(found) }]] };
    if (typeof found === "string") return { columns: ["answer"], rows: [[{ type: "Literal", value: found }]] };
    const columns = [];
    const rows = [];
    for (const row of found) {
      if (!(row instanceof Map)) {
        if (!columns.length) columns.push("subject", "predicate", "object");
        rows.push([plain(row.subject), plain(row.predicate), plain(row.object)]);
        continue;
      }
      for (const name of row.keys()) if (!columns.includes(name)) columns.push(name);
      rows.push(columns.map((name) => plain(row.get(name))));
    }
    return { columns, rows };
  };
  self.onmessage = async ({ data }) => {
    try {
      if (data.wasm) {
        await initOxigraph({ module_or_path: data.wasm });
        store = new Store();
        store.load(data.quads, { format: "application/n-quads" });
        self.postMessage({ ready: store.size });
      } else {
        self.postMessage({ answer: ask(data.query) });
      }
    } catch (error) {
      self.postMessage({ problem: String(error?.message ?? error) });
    }
  };
})();
