// Roll call by keys: in a [data-roll], 1 to 7 set the mark of the row in hand and go to the next person.
import { isTyping } from "./keys";

export function rollByKeys(): void {
  const roll = document.querySelector<HTMLElement>("[data-roll]");
  if (!roll) return;
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
