// A button beside what is worth copying; without scripts the text can be selected as ever.

/** Shows the copy buttons, and makes them work. */
export const offerCopies = () => {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    const said = document.getElementById(`${button.dataset.copy}-copied`);
    if (!source || !said) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent);
        said.textContent = "Copied.";
      } catch {
        // Without https a browser has no clipboard for pages.
        getSelection().selectAllChildren(source);
        said.textContent = "Selected: copy it with your keyboard.";
      }
    });
  }
};
