// What is wrong with the page that is open: for axe, for the hand, for the eye. Each function answers with sentences.
window.soundness = (() => {
  const name = (e) => `${e.tagName}.${e.className} “${(e.innerText || e.name || "").slice(0, 20)}”`;
  const why = (n) => n.any.map((c) => [c.data?.messageKey, ...c.relatedNodes.map((r) => r.html.slice(0, 80))].join(" ")).join();
  const told = (rows) =>
    rows.flatMap((row) => row.nodes.map((n) => `${row.id}: ${n.target.join(" ")} | ${n.html.slice(0, 140)} | ${why(n)}`));

  // Violations of any impact, and contrast nobody can decide.
  // Larger type changes sizes and what lies over what, nothing that a machine reads.
  async function axeFinds(isLarge) {
    if (document.querySelector("[data-vr]")) await settled(); // its signs move with the window
    const seen = { type: "rule", values: ["color-contrast", "link-in-text-block", "scrollable-region-focusable"] };
    const options = { resultTypes: ["violations", "incomplete"], ...(isLarge && { runOnly: seen }) };
    const found = await axe.run(document, options);
    const undecided = found.incomplete.filter((row) => row.id === "color-contrast");
    return [...told(found.violations), ...told(undecided).map((text) => `undecided ${text}`)];
  }

  // Two frames later: what was to be drawn anew is drawn.
  const settled = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

  // The rectangle that answers a touch: the control, its label, or what is drawn over them.
  function reach(e) {
    const holder = e.closest("label") || (e.matches("[type=checkbox], [type=radio]") && e.labels?.[0]) || e;
    const boxes = [e, holder].map((part) => part.getBoundingClientRect());
    const drawn = ["::before", "::after"].map((part) => getComputedStyle(e, part));
    for (const part of drawn) {
      if (part.content !== "none" && part.position === "absolute") {
        boxes.push({ width: parseFloat(part.width) || 0, height: parseFloat(part.height) || 0 });
      }
    }
    return { width: Math.max(...boxes.map((b) => b.width)), height: Math.max(...boxes.map((b) => b.height)) };
  }

  function isInSentence(e) {
    const beside = [...e.parentElement.childNodes].filter((n) => n !== e && !n.classList?.contains("sr-only"));
    return getComputedStyle(e).display === "inline" && beside.some((n) => n.textContent.trim());
  }

  function smallTargets(least) {
    const controls = "a[href], button, select, textarea, summary, input:not([type=hidden])";
    const wrong = [];
    for (const e of document.querySelectorAll(controls)) {
      if (!e.checkVisibility({ visibilityProperty: true }) || e.matches(".skip") || isInSentence(e)) continue;
      const { width, height } = reach(e);
      if (height < least - 0.5 || width < 23.5) wrong.push(`target ${Math.round(width)}×${Math.round(height)}: ${name(e)}`);
    }
    return wrong;
  }

  // In large type a member reads nothing under 24 px.
  function smallType() {
    const wrong = [];
    const walk = document.createTreeWalker(document.querySelector("main") || document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const e = walk.currentNode.parentElement;
      if (!walk.currentNode.data.trim() || !e.checkVisibility({ visibilityProperty: true }) || e.closest(".sr-only")) continue;
      if (parseFloat(getComputedStyle(e).fontSize) < 23.9) wrong.push(`small type: ${name(e)}`);
    }
    return wrong;
  }

  // Texts of the catalogue that an English reader still meets in Chinese.
  function saidInChinese(source) {
    const texts = new Set(source);
    const wrong = [];
    const look = (text, e) => texts.has((text || "").trim()) && wrong.push(`in Chinese “${text.trim()}”: ${e.outerHTML.slice(0, 80)}`);
    for (const e of document.querySelectorAll("body, body *")) {
      for (const node of e.childNodes) if (node.nodeType === 3 && !e.matches("script, style, [lang]:not([lang=en])")) look(node.data, e);
      for (const key of ["aria-label", "placeholder", "title", "alt", "data-label"]) look(e.getAttribute(key), e);
    }
    return wrong;
  }

  function sideways() {
    const page = document.documentElement;
    if (page.scrollWidth <= page.clientWidth) return [];
    const wide = [...document.body.querySelectorAll("*")].filter(
      (e) => e.checkVisibility() && e.getBoundingClientRect().right > page.clientWidth + 1 && !e.closest(".scroll-x"),
    );
    return [`sideways ${page.scrollWidth} > ${page.clientWidth}: ${wide.slice(-3).map(name).join(" / ")}`];
  }

  // Large type as the switch of the page sets it (frontend/src/type_size.ts), without telling the server.
  function enlarge() {
    document.documentElement.classList.add("large");
    scrollTo(0, 0); // as it is opened: what stays in place would cover what was scrolled to
    for (const button of document.querySelectorAll("button[name=type_size]")) {
      button.value = "normal";
      button.setAttribute("aria-label", button.dataset.normal ?? "");
    }
    return [];
  }

  // The first visible control of each kind, and what decides how it looks when touched: what it and its holders are,
  // and the ground it stands on.
  function firstControls(selectors) {
    const look = (e) => `${e.tagName}.${e.className}${e.disabled ? "!" : ""}`;
    const ground = (e) => getComputedStyle(e).backgroundColor;
    return selectors.flatMap((selector) => {
      const control = [...document.querySelectorAll(selector)].find((e) => e.checkVisibility({ visibilityProperty: true }));
      if (!control) return [];
      const chain = [];
      for (let e = control; e; e = e.parentElement) chain.push(chain.length < 4 ? look(e) + ground(e) : ground(e));
      return [[selector, chain.join(" ")]];
    });
  }

  // Contrast of one control as it now is: under the mouse, in focus.
  async function contrastOf(selector) {
    const options = { runOnly: ["color-contrast"], resultTypes: ["violations", "incomplete"] };
    const found = await axe.run({ include: [selector] }, options);
    return told([...found.violations, ...found.incomplete]);
  }

  return { axeFinds, smallTargets, smallType, saidInChinese, sideways, enlarge, firstControls, contrastOf };
})();
