(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const holder = document.getElementById("network");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const text = () => getComputedStyle(document.body).color;
  const options = () => ({
    physics: { enabled: false },
    layout: { improvedLayout: false },
    nodes: { font: { color: text(), size: 14, face: "sans-serif", strokeWidth: 0 } },
    edges: { smooth: false, color: { color: dark.matches ? "#4b545f" : "#b9bdc4", inherit: false } },
    interaction: { hover: true, tooltipDelay: 120, hideEdgesOnDrag: false, keyboard: false },
  });
  const data = { nodes: new vis.DataSet(read("nodes")), edges: new vis.DataSet(read("edges")) };
  const network = new vis.Network(holder, data, options());
  network.once("afterDrawing", () => { document.documentElement.dataset.ready = ""; });
  dark.addEventListener("change", () => network.setOptions(options()));
})();
