// Native dialogs, opened by [data-open="id"] and closed by [data-close] or Esc; menus close when one leaves them; folds.
function closeMenus(except: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]"))
    if (!except || !menu.contains(except)) menu.open = false;
}

export function openDialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    closeMenus(target);
    const opener = target.closest<HTMLElement>("[data-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.open ?? "");
      if (dialog instanceof HTMLDialogElement) dialog.showModal();
      return;
    }
    const fold = target.closest("[data-fold]");
    if (fold) fold.setAttribute("aria-expanded", String(fold.getAttribute("aria-expanded") !== "true"));
    const closer = target.closest<HTMLElement>("[data-close]");
    if (closer) closer.closest("dialog")?.close();
    if (target.closest("[data-print]")) window.print();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement?.closest<HTMLDetailsElement>("details.menu[open]");
    closeMenus(null);
    menu?.querySelector("summary")?.focus();
  });
  document.addEventListener("focusin", (event) => closeMenus(event.target as Element));
  for (const bar of document.querySelectorAll<HTMLElement>("[data-undo]")) leaveAfter(bar, 10_000);
}

// The undo bar goes after ten seconds, but not while somebody is on it.
function leaveAfter(bar: HTMLElement, wait: number): void {
  window.setTimeout(() => {
    if (bar.matches(":hover, :focus-within")) leaveAfter(bar, 2_000);
    else bar.remove();
  }, wait);
}
