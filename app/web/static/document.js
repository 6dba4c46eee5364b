// A textarea that is good enough for documents: line numbers that keep up, lines with faults marked, Tab indents,
// Enter keeps the indentation, and a fault's line can be jumped to. Escape, then Tab leaves the field.

const INDENT = "  ";

for (const frame of document.querySelectorAll(".document")) {
  const area = frame.querySelector("textarea");
  const gutter = frame.querySelector(".lines");
  const marked = new Set((frame.dataset.lines ?? "").split(",").map(Number));
  let leaves = false;

  const draw = () => {
    const count = area.value.split("\n").length;
    gutter.replaceChildren(...Array.from({ length: count }, (_, at) => {
      const line = document.createElement(marked.has(at + 1) ? "b" : "span");
      line.textContent = `${at + 1}\n`;
      return line;
    }));
    gutter.scrollTop = area.scrollTop;
  };

  const insert = (text) => {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };

  area.addEventListener("input", draw);
  area.addEventListener("scroll", () => { gutter.scrollTop = area.scrollTop; });
  new ResizeObserver(() => { gutter.style.height = `${area.offsetHeight}px`; }).observe(area);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { leaves = true; return; }
    if (event.key === "Tab" && !event.shiftKey && !leaves) {
      event.preventDefault();
      insert(INDENT);
    } else if (event.key === "Enter" && !event.isComposing) {
      const line = area.value.slice(0, area.selectionStart).split("\n").at(-1);
      const inner = /^\s*/.exec(line)[0];
      event.preventDefault();
      insert(`\n${inner}${/:\s*$/.test(line) ? INDENT : ""}`);
    }
    leaves = false;
  });
  draw();

  for (const button of document.querySelectorAll("[data-line]")) {
    button.addEventListener("click", () => {
      const lines = area.value.split("\n");
      const wanted = Number(button.dataset.line) - 1;
      const start = lines.slice(0, wanted).reduce((sum, line) => sum + line.length + 1, 0);
      area.focus();
      area.setSelectionRange(start, start + (lines[wanted] ?? "").length);
      area.scrollTop = wanted * (area.scrollHeight / lines.length) - area.clientHeight / 3;
    });
  }
}
