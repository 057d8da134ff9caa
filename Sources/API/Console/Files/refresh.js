// Brings the parts of a page that are marked as live up to date, by getting the page again: the station writes them, here
// they are only put in place.
import { setClock } from "./clock.js";

const isInUse = (part) => {
  const selection = getSelection();
  const isSelected = !selection.isCollapsed && part.contains(selection.anchorNode);
  return isSelected || (part.contains(document.activeElement) && part !== document.activeElement);
};

/** Gets the page again and puts its live parts in place. Fails when the station does not answer. */
export const refresh = async () => {
  const answer = await fetch(location.href, { cache: "no-store", headers: { accept: "text/html" }, signal: AbortSignal.timeout(8000) });
  // The session has ended: the page itself leads to the log-in.
  if (answer.redirected) return location.reload();
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  setClock(fresh.body.dataset.now);
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.getElementById(part.id);
    if (!other || part.isEqualNode(other) || isInUse(part)) continue;
    for (const details of part.querySelectorAll("details[open]")) {
      // What somebody has opened stays open.
      const same = fresh.getElementById(details.id);
      if (same) same.open = true;
    }
    part.replaceChildren(...other.childNodes);
    part.className = other.className;
  }
  document.dispatchEvent(new CustomEvent("renewed", { detail: fresh }));
};

/** Refreshes a page that asks for it, as long as somebody looks. */
export const keepCurrent = () => {
  const seconds = Number(document.querySelector("[data-every]")?.dataset.every);
  if (!seconds) return;
  const contact = document.getElementById("contact");
  let lost = "";
  const tell = (text, isGood) => {
    if (contact.textContent !== text) contact.textContent = text;
    contact.dataset.state = isGood ? "live" : "lost";
  };
  tell(`Renewed every ${seconds} s while you look.`, true);
  const turn = async () => {
    if (!document.hidden) {
      try {
        await refresh();
        lost = "";
        tell(`Renewed every ${seconds} s while you look.`, true);
      } catch {
        lost ||= new Date().toISOString().slice(11, 19);
        tell(`The station has not answered since ${lost} UTC. What stands here is older. Trying on.`, false);
      }
    }
    setTimeout(turn, seconds * 1000);
  };
  setTimeout(turn, seconds * 1000);
};
