// The public page, live: words and prices as they come, everything else by getting the page again.
import { keepContact } from "./contact.js";
import { setMoment } from "./clock.js";
import { refresh } from "./refresh.js";

const saidMax = 8;

const grouped = (number) => {
  const [whole, rest] = number.replace("-", "\u2212").split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? `.${rest}` : "");
};
const percent = (number) => (/^-|^[0.]+$/.test(number) ? "" : "+") + `${grouped(number)} %`;

let renewal;
/** Soon, and once for many: the station writes what is not worth a second rendering here. */
const renew = () => {
  clearTimeout(renewal);
  renewal = setTimeout(() => refresh().catch(() => {}), 300);
};

let told = {};
/** The line repeats what has not changed for those who come late; once is enough. */
const renewIfOther = (state, event) => {
  const text = JSON.stringify(state);
  if (told[event.type] !== text) renew();
  told[event.type] = text;
};

const paragraph = (text) => {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
};

/** What was said last moves down, and the new words take its place. */
const speak = (segment, event) => {
  const words = document.getElementById("air-text");
  const list = document.getElementById("said");
  const note = document.querySelector("#air-note time");
  const host = document.querySelector("#air-note strong");
  if (!list || !note || !host) return renew();
  const last = document.createElement("li");
  const time = document.createElement("time");
  time.className = "when";
  setMoment(time, note.dateTime);
  last.append(time, paragraph(words.textContent));
  list.prepend(last);
  while (list.children.length > saidMax) list.lastElementChild.remove();
  words.replaceChildren(paragraph(segment.text));
  host.textContent = segment.host;
  setMoment(note, event.time);
  // The figures behind the words.
  renew();
};

const tick = (price) => {
  const row = document.getElementById(`price-${price.pair}`);
  const time = row?.querySelector("time");
  // A new pair, another source, or one that comes back: the table is another.
  if (!time || row.lastElementChild.textContent !== price.source || row.querySelector(".tone")) return renew();
  row.children[1].querySelector("strong").textContent = grouped(price.price);
  if (!price.change24hPercent !== row.children[2].matches(".none")) return renew();
  if (price.change24hPercent) row.children[2].textContent = percent(price.change24hPercent);
  setMoment(time, price.asOf);
};

keepContact(
  "segment.host.,market.price.,market.source.,system.health.",
  {
    "segment.host.spoke": speak,
    "market.price.ticked": tick,
    "market.source.changed": renewIfOther,
    "system.health.changed": renewIfOther,
  },
  document.getElementById("contact"),
);
