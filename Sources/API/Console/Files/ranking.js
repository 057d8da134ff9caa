// A ranking that is made by buttons, so by keyboard as well as by touch.

/**
 * Makes the ranking of the page work.
 *
 * @param {function(): void} changed called when it is another
 * @returns {function(): string[]} the options' numbers, the best first
 */
export const offerRanking = (changed) => {
  const ranked = document.getElementById("ranked");
  const unranked = document.getElementById("unranked");
  const said = document.getElementById("ranking-said");
  const none = document.getElementById("ranked-none");
  const nameOf = (item) => item.firstElementChild.textContent;
  const orderOf = (item) => Number(item.dataset.option);

  const show = () => {
    const items = [...ranked.children];
    const shown = (item, move) => {
      const place = items.indexOf(item);
      if (move === "in") return place < 0;
      if (move === "up") return place > 0;
      return move === "down" ? place >= 0 && place < items.length - 1 : place >= 0;
    };
    for (const item of [...items, ...unranked.children]) {
      for (const button of item.querySelectorAll("button")) button.hidden = !shown(item, button.dataset.move);
    }
    none.hidden = items.length > 0;
    document.getElementById("unranked-name").hidden = unranked.children.length === 0;
  };

  const moves = {
    up: (item) => item.previousElementSibling?.before(item),
    down: (item) => item.nextElementSibling?.after(item),
    in: (item) => ranked.append(item),
    out: (item) => {
      const next = [...unranked.children].find((other) => orderOf(other) > orderOf(item));
      unranked.insertBefore(item, next ?? null);
    },
  };

  const press = ({ target }) => {
    const button = target.closest("button[data-move]");
    if (!button) return;
    const item = button.closest("li");
    moves[button.dataset.move](item);
    show();
    // The keyboard stays where the option has gone.
    (button.hidden ? item.querySelector("button:not([hidden])") : button).focus();
    const place = [...ranked.children].indexOf(item);
    said.textContent = place < 0 ? `${nameOf(item)} is not ranked.` : `${nameOf(item)} is ${place + 1} of ${ranked.children.length}.`;
    changed();
  };
  ranked.addEventListener("click", press);
  unranked.addEventListener("click", press);
  show();
  return () => [...ranked.children].map((item) => item.dataset.option);
};
