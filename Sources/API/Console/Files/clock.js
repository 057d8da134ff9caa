// Ages count on, by the station's clock: a listener's own may be wrong.

const parse = (text) => Date.parse(text.slice(0, 23) + "Z");
let ahead = parse(document.body.dataset.now) - Date.now();

/** The station's time, in milliseconds. */
export const now = () => Date.now() + ahead;

/** Takes over the station's time from a page that has just arrived. */
export const setClock = (text) => { ahead = parse(text) - Date.now(); };

const span = (seconds) =>
  seconds < 100 ? `${seconds} s`
  : seconds < 6000 ? `${Math.floor(seconds / 60)} min`
  : seconds < 172800 ? `${Math.floor(seconds / 3600)} h`
  : `${Math.floor(seconds / 86400)} d`;

/** How long ago a moment was, or how far ahead it is. */
const relative = (text) => {
  const seconds = Math.trunc((now() - parse(text)) / 1000);
  return seconds < 0 ? `in ${span(-seconds)}` : seconds === 0 ? "now" : `${span(seconds)} ago`;
};

/** `03:04:05 UTC`, with the date in front when it is not today. */
export const clock = (text) => {
  const time = `${text.slice(11, 19)} UTC`;
  const today = new Date(now()).toISOString().slice(0, 10);
  return text.startsWith(today) ? time : `${text.slice(0, 10)} ${time}`;
};

/** Fills a `<time>` with a moment and its age. */
export const setMoment = (element, text) => {
  element.dateTime = text;
  const age = document.createElement("span");
  age.className = "age";
  age.textContent = ` · ${relative(text)}`;
  element.replaceChildren(clock(text), age);
};

const count = () => {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("time.when")) {
    const age = element.querySelector(".age");
    const text = ` · ${relative(element.dateTime)}`;
    if (age && age.textContent !== text) age.textContent = text;
  }
};
setInterval(count, 1000);
document.addEventListener("visibilitychange", count);
