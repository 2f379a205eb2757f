// Forms: no double sending, nothing typed is lost, focus goes to the first fault, some choices send themselves.
const SENDING_MS = 4_000;

export function guardForms(): void {
  document.addEventListener("submit", holdSecondSending);
  document.addEventListener("change", (event) => {
    const field = event.target as HTMLInputElement;
    if (field.dataset.send !== undefined) field.form?.requestSubmit();
    if (field.dataset.checkAll) for (const box of boxesOf(field.dataset.checkAll)) box.checked = field.checked;
    countChosen();
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form")) delete form.dataset.sent;
    countChosen(); // whoever comes back finds ticked what they had ticked
  });
  const fault = document.querySelector<HTMLElement>(".fld.bad :is(input, select, textarea)") ?? document.querySelector<HTMLElement>("[data-errors]");
  fault?.focus();
  guardTyping();
  countChosen();
}

function holdSecondSending(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const byHtmx = form.matches("[hx-post], [hx-get], [hx-put]"); // htmx holds a second request itself
  if (!byHtmx && form.dataset.sent && !form.dataset.again) {
    event.preventDefault();
    return;
  }
  const button = event.submitter;
  const words = button instanceof HTMLButtonElement && button.dataset.busy ? [...button.childNodes] : null;
  if (button instanceof HTMLButtonElement && words) {
    button.style.minWidth = `${button.offsetWidth}px`;
    button.textContent = button.dataset.busy ?? "";
  }
  form.dataset.sent = "1";
  const free = (): void => {
    delete form.dataset.sent;
    if (words) button?.replaceChildren(...words);
  };
  if (byHtmx) form.addEventListener("htmx:finally:request", free, { once: true });
  else window.setTimeout(free, SENDING_MS);
}

// A form with data-guard asks before what was typed is left behind.
function guardTyping(): void {
  let typed = false;
  document.addEventListener("input", (event) => {
    if ((event.target as HTMLElement).closest("form[data-guard]")) typed = true;
  });
  document.addEventListener("submit", () => (typed = false));
  window.addEventListener("beforeunload", (event) => {
    if (typed) event.preventDefault();
  });
}

function boxesOf(name: string): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>(`input[name="${CSS.escape(name)}"]:not(:disabled)`)];
}

// A button such as "提名 2 人" carries data-count="name" and data-words="提名 {n} 人".
function countChosen(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-count]")) {
    const chosen = boxesOf(place.dataset.count ?? "").filter((box) => box.checked).length;
    const words = (place.dataset.words ?? "{n}").replace("{n}", String(chosen));
    if (place.textContent !== words) place.textContent = words;
    if (place instanceof HTMLButtonElement) place.disabled = chosen === 0;
  }
  for (const all of document.querySelectorAll<HTMLInputElement>("[data-check-all]")) {
    const boxes = boxesOf(all.dataset.checkAll ?? "");
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = boxes.length > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
}
