// Large type without loading the page again; the choice is kept with the person or in a cookie by the server.
export function switchTypeSize(): void {
  document.addEventListener("submit", (event) => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>("form[data-type-size]");
    const button = (event as SubmitEvent).submitter;
    if (!form || !(button instanceof HTMLButtonElement)) return;
    event.preventDefault();
    const large = button.value === "large";
    const sent = new FormData(form, button);
    document.documentElement.classList.toggle("large", large);
    for (const other of document.querySelectorAll<HTMLButtonElement>("button[name=type_size]")) {
      other.value = large ? "normal" : "large";
      other.setAttribute("aria-label", other.dataset[other.value] ?? "");
    }
    void fetch(form.action, { method: "POST", body: sent, credentials: "same-origin", keepalive: true, redirect: "manual" }).catch(() => undefined);
  });
}
