// Moving sessions on a calendar: by drag or by keys; what stands in the way is said before one lets go.
type Verdict = { ok: boolean; text: string; when?: string; where?: string; doubts?: string[] };

const WAIT_MS = 150;
const said = document.querySelector<HTMLElement>(".cal-say");
const dialog = document.getElementById("move-sure") as HTMLDialogElement | null;
const verdicts = new Map<string, Promise<Verdict>>();
let lifted: HTMLElement | null = null;
let target: HTMLElement | null = null;
let asked = "";
let waiting = 0;

function say(words: string, isTaken = false): void {
  if (!said) return;
  said.hidden = !words;
  said.textContent = words;
  said.classList.toggle("is-taken", isTaken);
}

function query(entry: HTMLElement, cell: HTMLElement): URLSearchParams {
  const { starts = "", venue = "", revision = "" } = entry.dataset;
  return new URLSearchParams({ day: cell.dataset.day ?? "", starts, venue: cell.dataset.venue ?? venue, revision });
}

// Each place is asked about once while something is lifted.
function verdict(entry: HTMLElement, cell: HTMLElement): Promise<Verdict> {
  const address = `${entry.dataset.check}?${query(entry, cell)}`;
  const known = verdicts.get(address);
  if (known) return known;
  const answer = fetch(address, { headers: { Accept: "application/json" } })
    .then((response) => response.json() as Promise<Verdict>)
    .catch(() => ({ ok: false, text: dialog?.dataset.lost ?? "" }));
  verdicts.set(address, answer);
  return answer;
}

function leave(): void {
  target?.classList.remove("is-target", "is-free", "is-taken");
  target = null;
  window.clearTimeout(waiting);
}

function reach(cell: HTMLElement): void {
  if (!lifted || cell === target) return;
  leave();
  target = cell;
  cell.classList.add("is-target");
  const entry = lifted;
  const key = (asked = String(query(entry, cell)));
  waiting = window.setTimeout(() => {
    say(dialog?.dataset.checking ?? "");
    void verdict(entry, cell).then((found) => {
      if (asked !== key || target !== cell) return;
      cell.classList.add(found.ok ? "is-free" : "is-taken");
      const words = found.ok ? `${dialog?.dataset.free}${found.when}　${found.where}` : found.text;
      say([words, ...(found.doubts ?? [])].join(" "), !found.ok);
    });
  }, WAIT_MS);
}

function lift(entry: HTMLElement): void {
  lifted = entry;
  verdicts.clear();
  entry.classList.add("is-lifted");
}

function putBack(words = ""): void {
  lifted?.classList.remove("is-lifted");
  lifted = null;
  asked = "";
  leave();
  say(words);
}

function field(name: string): HTMLInputElement | null {
  return dialog?.querySelector<HTMLInputElement>(`[name="${name}"]`) ?? null;
}

async function drop(entry: HTMLElement, cell: HTMLElement): Promise<void> {
  const wanted = query(entry, cell);
  const found = await verdict(entry, cell);
  putBack();
  entry.focus();
  if (!found.ok || !dialog) return say(found.text, true);
  for (const [name, value] of wanted) {
    const input = field(name);
    if (input) input.value = value;
  }
  dialog.querySelector("form")?.setAttribute("action", entry.dataset.move ?? "");
  const words = dialog.querySelector("[data-words]");
  if (words) words.textContent = `${entry.dataset.title} → ${found.when}　${found.where}`;
  const doubts = (found.doubts ?? []).map((text) => Object.assign(document.createElement("li"), { textContent: text }));
  dialog.querySelector("[data-doubts]")?.replaceChildren(...doubts);
  dialog.showModal();
}

function cells(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-day]")].filter((cell) => cell.checkVisibility());
}

// The cell beside one: left and right by a day, up and down by a venue (or a week of a month).
function beside(cell: HTMLElement, key: string): HTMLElement | undefined {
  const all = cells();
  const at = all.indexOf(cell);
  const row = 7;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row }[key] ?? 0;
  return step ? all[at + step] : undefined;
}

function byKeys(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || dialog?.open) return;
  const entry = (event.target as HTMLElement).closest<HTMLElement>("[data-move]");
  if (!lifted && entry && event.key.toLowerCase() === "m") {
    const cell = entry.closest<HTMLElement>("[data-day]");
    if (!cell) return;
    event.preventDefault();
    lift(entry);
    target = cell;
    say(`${dialog?.dataset.lifted}${entry.dataset.title}`);
  } else if (lifted && target && event.key.startsWith("Arrow")) {
    event.preventDefault();
    const next = beside(target, event.key);
    if (next) reach(next);
  } else if (lifted && target && event.key === "Enter") {
    event.preventDefault();
    void drop(lifted, target);
  } else if (lifted && event.key === "Escape") {
    event.preventDefault();
    putBack(dialog?.dataset.back);
  }
}

for (const entry of document.querySelectorAll<HTMLElement>("[data-move]")) {
  entry.draggable = true;
  entry.tabIndex = 0;
  entry.addEventListener("dragstart", (event) => {
    event.dataTransfer?.setData("text/plain", entry.dataset.title ?? "");
    lift(entry);
  });
  entry.addEventListener("dragend", () => {
    if (lifted === entry) putBack();
  });
}
document.addEventListener("dragover", (event) => {
  const cell = (event.target as HTMLElement).closest?.<HTMLElement>("[data-day]");
  if (!lifted || !cell) return;
  event.preventDefault();
  reach(cell);
});
document.addEventListener("drop", (event) => {
  if (!lifted || !target) return;
  event.preventDefault();
  void drop(lifted, target);
});
document.addEventListener("keydown", byKeys);
document.querySelector<HTMLElement>("[data-hint]")?.removeAttribute("hidden");
document.documentElement.dataset.moving = "";
