// The line to the station: its events as they happen, and the page again every few seconds where they do not come through.
import { refresh } from "./refresh.js";
import { now } from "./clock.js";

const askSeconds = 10;
/** So long without any event, and the page is asked for: is anybody there? */
const quietSeconds = 45;
/** How many askings pass before a line that was refused is tried again. */
const turnsBetweenTries = 6;

/**
 * Keeps a page in contact.
 *
 * @param {string} topics which events are wanted
 * @param {Object<string, function(Object, Object): void>} handlers by topic: given the payload and the event
 * @param {HTMLElement} contact says how the line is
 */
export const keepContact = (topics, handlers, contact) => {
  let source;
  let heardAt = Date.now();
  let isLive = false;
  let lost = "";
  let turns = 0;

  const tell = (text, state) => {
    if (contact.textContent !== text) contact.textContent = text;
    contact.dataset.state = state;
  };
  const hear = () => {
    heardAt = Date.now();
    lost = "";
  };

  const ask = async () => {
    try {
      await refresh();
      hear();
      if (!isLive) tell(`No live line: renewed every ${askSeconds} s.`, "asking");
    } catch {
      lost ||= new Date(now()).toISOString().slice(11, 19);
      tell(`The station has not answered since ${lost} UTC. What stands here is older. Trying on.`, "lost");
    }
  };

  const connect = () => {
    source?.close();
    source = new EventSource(`/events?topics=${encodeURIComponent(topics)}`);
    source.onopen = async () => {
      isLive = true;
      hear();
      // What was said while there was no line.
      await ask();
      tell("Live", "live");
    };
    source.onerror = () => {
      isLive = false;
      // A browser gives up for good when what answers is no stream of events.
      if (source.readyState === EventSource.CLOSED) return ask();
      tell("The line broke. Connecting again.", "asking");
    };
    for (const [topic, handle] of Object.entries(handlers)) {
      source.addEventListener(topic, (message) => {
        hear();
        const event = JSON.parse(message.data);
        handle(event.data, event);
      });
    }
  };

  setInterval(() => {
    if (document.hidden) return;
    if (source.readyState === EventSource.CLOSED && ++turns % turnsBetweenTries === 0) connect();
    const quiet = (Date.now() - heardAt) / 1000;
    if (quiet >= (isLive ? quietSeconds : askSeconds)) ask();
  }, askSeconds * 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !isLive) ask(); });
  connect();
};
