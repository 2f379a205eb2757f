// "读给我听": the main text read aloud where the device can.
export function readAloud(): void {
  if (!("speechSynthesis" in window)) return;
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-speak]")) {
    button.hidden = false;
    button.addEventListener("click", () => speak(button));
  }
}

function speak(button: HTMLButtonElement): void {
  const words = button.querySelector<HTMLElement>("[data-word]");
  const say = (talking: boolean): void => {
    if (words) words.textContent = (talking ? words.dataset.on : words.dataset.off) ?? "";
  };
  if (speechSynthesis.speaking) {
    speechSynthesis.cancel();
    return say(false);
  }
  const text = document.getElementById(button.dataset.speak ?? "")?.cloneNode(true) as HTMLElement | undefined;
  for (const part of text?.querySelectorAll("button, .btn, nav, [aria-hidden=true], [hidden]") ?? []) part.remove();
  const speech = new SpeechSynthesisUtterance((text?.textContent ?? "").replace(/\s+/g, "，"));
  speech.lang = document.documentElement.lang.startsWith("en") ? "en" : "zh-CN";
  speech.rate = 0.9;
  speech.onend = speech.onerror = () => say(false);
  speechSynthesis.speak(speech);
  say(true);
}
