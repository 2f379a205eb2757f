// Opens native dialogs: <button data-open="id">, closed by [data-close] or Esc.
export function openDialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    const opener = target.closest<HTMLElement>("[data-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.open ?? "");
      if (dialog instanceof HTMLDialogElement) dialog.showModal();
      return;
    }
    const closer = target.closest<HTMLElement>("[data-close]");
    if (closer) closer.closest("dialog")?.close();
    if (target.closest("[data-print]")) window.print();
  });
}
