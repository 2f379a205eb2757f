// Keys: / search, g + letter for the rail, j k rows, Enter open, ? help.
let leader = 0;

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
}

function step(by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-rows] tr, [data-rows] > li")].filter((row) => row.querySelector("a"));
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.querySelector<HTMLElement>("a")?.focus();
}

export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (Date.now() - leader < 1500) {
      leader = 0;
      document.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key)}"]`)?.click();
      return;
    }
    if (event.key === "/") {
      event.preventDefault();
      document.querySelector<HTMLElement>("[data-search]")?.focus();
    } else if (event.key === "g") leader = Date.now();
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?") (document.getElementById("key-help") as HTMLDialogElement | null)?.showModal();
  });
}
