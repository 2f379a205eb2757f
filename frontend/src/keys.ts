// Keys: / search, g + letter for the rail, j k rows, x choose, Enter open, ? help.
const LEADER_MS = 1_500;
let leader = -LEADER_MS;

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !/^(radio|checkbox|button|submit)$/.test(target.type);
  return target.isContentEditable || /^(SELECT|TEXTAREA)$/.test(target.tagName);
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-rows] tr, [data-rows] > li")].filter((row) => row.querySelector("a, button"));
}

function rowInHand(): HTMLElement | undefined {
  return rows().find((row) => row.contains(document.activeElement));
}

function step(by: number): void {
  const all = rows();
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
  next?.querySelector<HTMLElement>("a, button")?.focus();
}

const ACTS: Record<string, (event: KeyboardEvent) => void> = {
  "/": (event) => {
    const box = document.querySelector<HTMLElement>("[data-search]");
    if (!box?.checkVisibility()) return;
    event.preventDefault();
    box.focus();
  },
  g: () => (leader = performance.now()),
  j: () => step(1),
  k: () => step(-1),
  x: () => rowInHand()?.querySelector<HTMLInputElement>("input[type=checkbox]")?.click(),
  "?": () => (document.getElementById("key-help") as HTMLDialogElement | null)?.showModal(),
};

export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (performance.now() - leader < LEADER_MS) {
      leader = -LEADER_MS;
      document.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key)}"]`)?.click();
      return;
    }
    ACTS[event.key]?.(event);
  });
}
