// Roll call by keys: in a [data-roll], 1 to 7 set the mark of the row in hand and go to the next person.
import { isTyping } from "./keys";

export function rollByKeys(): void {
  const roll = document.querySelector<HTMLElement>("[data-roll]");
  if (!roll) return;
  openByTouch(roll);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !/^[1-9]$/.test(event.key)) return;
    const rows = [...roll.querySelectorAll<HTMLElement>("[data-roll-row]")].filter((row) => row.checkVisibility());
    const at = Math.max(0, rows.findIndex((row) => row.contains(document.activeElement)));
    const mark = rows[at]?.querySelectorAll<HTMLInputElement>("input[type=radio]")[Number(event.key) - 1];
    if (!mark) return;
    event.preventDefault();
    mark.checked = true;
    mark.dispatchEvent(new Event("change", { bubbles: true }));
    const next = rows[at + 1]?.querySelector<HTMLElement>("input[type=radio]:checked, input[type=radio]") ?? mark;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  });
}

// On a phone each row shows its mark as a button, which opens the seven marks; the choice closes them again.
function openByTouch(roll: HTMLElement): void {
  const show = (row: Element, isOpen: boolean): void => {
    row.querySelector(".marks")?.classList.toggle("open", isOpen);
    row.querySelector("[data-roll-open]")?.setAttribute("aria-expanded", String(isOpen));
  };
  roll.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest("[data-roll-open]");
    const row = button?.closest("[data-roll-row]");
    if (!button || !row) return;
    const isOpen = button.getAttribute("aria-expanded") !== "true";
    for (const other of roll.querySelectorAll("[data-roll-row]")) show(other, other === row && isOpen);
    if (isOpen) row.querySelector<HTMLInputElement>("input[type=radio]:checked, input[type=radio]")?.focus();
  });
  roll.addEventListener("change", (event) => {
    const row = (event.target as HTMLElement).closest("[data-roll-row]");
    const button = row?.querySelector<HTMLButtonElement>("[data-roll-open]");
    const chosen = (event.target as HTMLElement).closest("label");
    if (!row || !button || !chosen) return;
    const mark = chosen.querySelector("svg")?.cloneNode(true) as SVGElement | undefined;
    if (!mark) return;
    mark.removeAttribute("aria-hidden");
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", chosen.title);
    button.querySelector("svg")?.replaceWith(mark);
    if (!button.checkVisibility()) return;
    show(row, false);
    button.focus();
  });
}
