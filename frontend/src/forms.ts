// Forms: no double sending, nothing typed is lost, focus goes to the first error, some choices send themselves.
export function guardForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.dataset.sent && !form.dataset.again) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    window.setTimeout(() => delete form.dataset.sent, 4000);
    const button = (event as SubmitEvent).submitter;
    if (button instanceof HTMLButtonElement && button.dataset.busy) {
      const words = button.textContent;
      button.style.minWidth = `${button.offsetWidth}px`;
      button.textContent = button.dataset.busy;
      window.setTimeout(() => (button.textContent = words), 4000);
    }
  });
  document.addEventListener("change", (event) => {
    const field = event.target as HTMLElement;
    if (field.dataset.send !== undefined) (field as HTMLSelectElement).form?.requestSubmit();
    const all = field.closest<HTMLInputElement>("[data-check-all]");
    if (all) {
      for (const box of document.querySelectorAll<HTMLInputElement>(`input[name="${all.dataset.checkAll}"]`))
        if (!box.disabled) box.checked = all.checked;
    }
    countChosen();
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form")) delete form.dataset.sent;
  });
  document.querySelector<HTMLElement>(".fld.bad input, .fld.bad select, .fld.bad textarea")?.focus();
  countChosen();
}

// A button such as "提名 2 人" carries data-count="name" and data-words="提名 {n} 人".
function countChosen(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-count]")) {
    const name = place.dataset.count ?? "";
    const n = document.querySelectorAll(`input[name="${name}"]:checked`).length;
    place.textContent = (place.dataset.words ?? "{n}").replace("{n}", String(n));
    if (place instanceof HTMLButtonElement) place.disabled = n === 0;
  }
  for (const all of document.querySelectorAll<HTMLInputElement>("[data-check-all]")) {
    const boxes = [...document.querySelectorAll<HTMLInputElement>(`input[name="${all.dataset.checkAll}"]`)];
    const on = boxes.filter((box) => box.checked).length;
    all.checked = boxes.length > 0 && on === boxes.length;
    all.indeterminate = on > 0 && on < boxes.length;
  }
}
