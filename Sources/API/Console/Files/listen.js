// The page to listen on: gets the player going, and shows the level, the captions and what is said as time goes on.
import { Feeder } from "./feeder.js";
import { refresh } from "./refresh.js";

const askSeconds = 1;
/** The running order and the transcript change more slowly. */
const renewSeconds = 10;
/** After failures it asks less often, up to this. */
const askSecondsMax = 15;

const audio = document.getElementById("player");
const note = document.getElementById("player-note");
const captions = document.getElementById("captions");
const contact = document.getElementById("contact");
const meter = document.getElementById("level");
const meterText = document.getElementById("level-text");

const put = (element, text, state) => {
  if (element.textContent !== text) element.textContent = text;
  if (state) element.dataset.state = state;
};

// MARK: The sound

const tell = (text, state) => {
  // The figure moves all the time; what is read aloud is what is new.
  note.setAttribute("aria-live", state === "good" && note.dataset.state === "good" ? "off" : "polite");
  put(note, text, state);
};

const showCaptions = (track) => {
  const texts = [...(track.activeCues ?? [])].map((cue) => cue.getCueAsHTML().textContent);
  put(captions, texts.join(" "));
  captions.hidden = texts.length === 0;
};
const follow = (track) => {
  if (track.kind !== "captions" && track.kind !== "subtitles") return;
  track.mode = "hidden";
  track.addEventListener("cuechange", () => showCaptions(track));
};
audio.textTracks.addEventListener("addtrack", ({ track }) => follow(track));
for (const track of audio.textTracks) follow(track);

const address = audio.querySelector("source").src;

/** The browser reads the playlist by itself, and only has to be told to try again. */
const playNatively = () => {
  let failures = 0;
  let retry;
  const failed = () => {
    failures += 1;
    if (failures > 8) return tell("The station's sound cannot be had. Load the page again to try again.", "lost");
    const wait = Math.min(15, 2 ** failures);
    tell(`The sound broke off. Trying again in ${wait} s.`, "lost");
    clearTimeout(retry);
    retry = setTimeout(() => {
      audio.load();
      audio.play().catch(() => tell("Press play to try again.", "waiting"));
    }, wait * 1000);
  };
  audio.addEventListener("error", failed);
  // A source that cannot be read is told to its own element.
  audio.querySelector("source").addEventListener("error", failed);
  audio.addEventListener("playing", () => {
    failures = 0;
    tell("Live, a few seconds behind the studio.", "good");
  });
  audio.addEventListener("waiting", () => tell("Waiting for sound …", "waiting"));
  let pausedAt = 0;
  audio.addEventListener("pause", () => { pausedAt = Date.now(); });
  audio.addEventListener("play", () => {
    // What was live when it was stopped is long over.
    if (pausedAt && Date.now() - pausedAt > 20_000) { pausedAt = 0; audio.load(); audio.play().catch(() => {}); }
  });
};

const start = async () => {
  if (audio.canPlayType("application/vnd.apple.mpegurl")) return playNatively();
  if (!Feeder.isPossible) return tell("This browser cannot play the stream. Open the playlist below in a player.", "lost");
  const feeder = new Feeder(audio, address, tell);
  audio.addEventListener("pause", () => tell("Stopped. Play goes on live.", "waiting"));
  await feeder.ready();
};
start();

// MARK: The moment

let told = null;
let level = null;
/** What the page shows otherwise when it changes. */
const shape = (moment) => JSON.stringify([moment.voice, moment.reason, moment.muted, moment.off_air, moment.standby, moment.segment?.id, "level_db" in moment]);

const show = (moment) => {
  const measured = moment.level_db;
  meter.value = measured ?? Number(meter.min);
  const text = measured === undefined ? "not measured" : `${Math.round(measured)} dB`.replace("-", "\u2212");
  if (text !== level) put(meterText, level = text);
};

let failures = 0;
let lost = "";
let renewedAt = Date.now();
const turn = async () => {
  if (!document.hidden) {
    try {
      const answer = await fetch("/now", { cache: "no-store", signal: AbortSignal.timeout(8000) });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const moment = await answer.json();
      show(moment);
      const isOther = told !== null && told !== shape(moment);
      if (isOther || Date.now() - renewedAt > renewSeconds * 1000) {
        await refresh();
        renewedAt = Date.now();
      }
      told = shape(moment);
      failures = 0;
      lost = "";
      put(contact, "Renewed every second while you look.", "live");
    } catch {
      failures += 1;
      lost ||= new Date().toISOString().slice(11, 19);
      put(contact, `The station has not answered since ${lost} UTC. What stands here is older. Trying on.`, "lost");
    }
  }
  setTimeout(turn, Math.min(askSecondsMax, askSeconds * 2 ** failures) * 1000);
};
turn();
