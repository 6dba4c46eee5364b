// What every console page does: toasts leave by themselves, unsaved work is guarded, tables answer to the
// keyboard, and a few keys jump to places. Pages work without any of it.

const FADE = 200;
const STAY = 6000;

for (const toast of document.querySelectorAll(".toast")) {
  setTimeout(() => {
    toast.dataset.leaving = "";
    setTimeout(() => toast.remove(), FADE);
  }, STAY);
}

document.querySelector("#problems")?.focus();

for (const form of document.querySelectorAll("form[data-guard]")) {
  let isDirty = form.dataset.guard === "dirty";
  form.addEventListener("input", () => { isDirty = true; });
  form.addEventListener("submit", () => { isDirty = false; });
  addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });
}

for (const field of document.querySelectorAll("[data-submits]")) {
  field.addEventListener("change", () => field.form.requestSubmit());
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
    const label = button.querySelector("span") ?? button;
    const before = label.textContent;
    label.textContent = "Copied";
    setTimeout(() => { label.textContent = before; }, 1600);
  });
}

const rows = () => [...document.querySelectorAll("a[data-row]")];

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  all[Math.max(0, Math.min(all.length - 1, at + by))].focus();
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
  }
});

// Something that is at work: what it says is read again until it ends, then the page with its result.
const follow = document.querySelector("[data-follow]");
if (follow) {
  const look = async () => {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return setTimeout(look, 10000);
    const shown = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-follow]");
    if (!shown) return location.reload();
    follow.replaceChildren(...shown.childNodes);
    return setTimeout(look, 2000);
  };
  setTimeout(look, 1500);
}
