// The page of the news, live: when something came in, the station writes the page anew.
import { keepContact } from "./contact.js";
import { refresh } from "./refresh.js";

let renewal;
/** Soon, and once for many: a feed brings several pieces at a time. */
const renew = () => {
  clearTimeout(renewal);
  renewal = setTimeout(() => refresh().catch(() => {}), 500);
};

let told = "";
/** The line repeats the mood for those who come late; once is enough. */
const renewIfOther = (mood) => {
  const text = JSON.stringify(mood);
  if (told !== text) renew();
  told = text;
};

keepContact(
  "news.item.,sentiment.index.",
  { "news.item.published": renew, "sentiment.index.changed": renewIfOther },
  document.getElementById("contact"),
);
