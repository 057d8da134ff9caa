// Feeds the player where the browser cannot read the playlist by itself: segments go into one buffer, one behind the other.
import { beginning, readCaptions, readMaster, readMedia, unitsPerSecond } from "./playlist.js";

/** How far behind the newest sound it begins, and how far it may fall behind, in seconds. */
const startSeconds = 8;
const behindMax = 12;
/** With less than this before it, in seconds, the player goes a little slower, until it has enough again. */
const thinSeconds = 1.6;
const enoughSeconds = 2.4;
const slowRate = 0.96;
/** What was heard longer ago is thrown away. */
const keptSeconds = 30;
/** Waits between tries after a failure, the last again and again. */
const waits = [1, 2, 4, 8, 15];
/** After so many failures in a row it gives up, until somebody presses play. */
const failuresMax = 40;
/** So long without a new segment, and listeners are told. */
const stillSeconds = 8;
/** With less than this before it, in seconds, the player stands still. */
const heardLeast = 0.3;
const askTimeout = 8000;
/** More than one segment ever has. */
const cuesMax = 200;

const sleep = (seconds, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });

const get = async (address, signal) => {
  const answer = await fetch(address, { signal: AbortSignal.any([signal, AbortSignal.timeout(askTimeout)]) });
  if (!answer.ok) throw Object.assign(new Error(`the station answered ${answer.status}`), { status: answer.status });
  return answer;
};
const getText = async (address, signal) => (await get(address, signal)).text();

/** One buffer of a player. It takes one thing at a time. */
class Buffer {
  constructor(audio, type) {
    this.audio = audio;
    this.type = type;
  }

  /** Makes a fresh one; what stood in an older one is gone. */
  async open() {
    this.source = new MediaSource();
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = URL.createObjectURL(this.source);
    const opened = new Promise((resolve) => this.source.addEventListener("sourceopen", resolve, { once: true }));
    this.audio.preload = "auto";
    this.audio.src = this.address;
    await opened;
    this.source.duration = Infinity;
    this.sound = this.source.addSourceBuffer(this.type);
    // Each segment begins where the one before ended, whatever times it carries: a break in the stream is none here.
    this.sound.mode = "sequence";
  }

  get isOpen() { return this.source?.readyState === "open" && !this.audio.error; }
  get end() { return this.sound.buffered.length ? this.sound.buffered.end(this.sound.buffered.length - 1) : 0; }

  /** Does one thing with the buffer, and waits until it is done. */
  change(act) {
    return new Promise((resolve, reject) => {
      const done = (event) => {
        this.sound.removeEventListener("updateend", done);
        this.sound.removeEventListener("error", done);
        if (event.type === "error") reject(new Error("the browser cannot decode the sound")); else resolve();
      };
      this.sound.addEventListener("updateend", done);
      this.sound.addEventListener("error", done);
      try { act(this.sound); } catch (error) { done({ type: "updateend" }); reject(error); }
    });
  }

  async append(bytes) {
    try {
      await this.change((sound) => sound.appendBuffer(bytes));
    } catch (error) {
      if (error.name !== "QuotaExceededError") throw error;
      await this.trim(1);
      await this.change((sound) => sound.appendBuffer(bytes));
    }
  }

  async trim(seconds) {
    const until = this.audio.currentTime - seconds;
    if (this.sound.buffered.length && this.sound.buffered.start(0) < until - 1) await this.change((sound) => sound.remove(0, until));
  }
}

/** Feeds a player as long as it plays. */
export class Feeder {
  /** Whether this browser can do it at all. */
  static get isPossible() { return Boolean(globalThis.MediaSource?.isTypeSupported('audio/mp4; codecs="mp4a.40.2"')); }

  /**
   * @param {HTMLAudioElement} audio the player
   * @param {string} address of the master playlist
   * @param {function(string, string): void} tell what to say about it, and whether that is `good`, `waiting` or `lost`
   */
  constructor(audio, address, tell) {
    this.audio = audio;
    this.address = new URL(address, location.href);
    this.tell = tell;
    this.track = audio.addTextTrack("captions", "Captions", "en");
    this.track.mode = "hidden";
    audio.addEventListener("play", () => this.run());
    audio.addEventListener("pause", () => { if (!this.isOpening) this.stop?.abort(); });
  }

  /** Gets the player ready, so that it can be started. */
  async ready() {
    this.buffer = new Buffer(this.audio, 'audio/mp4; codecs="mp4a.40.2"');
    await this.buffer.open();
  }

  async run() {
    if (this.stop && !this.stop.signal.aborted) return;
    this.stop = new AbortController();
    const { signal } = this.stop;
    let failures = 0;
    this.next = null;
    this.movedAt = Date.now();
    this.tell("Connecting to the station …", "waiting");
    while (!signal.aborted) {
      try {
        if (!this.buffer?.isOpen) await this.reopen();
        const pause = await this.turn(signal);
        failures = 0;
        await sleep(pause, signal);
      } catch (error) {
        if (signal.aborted) break;
        failures += 1;
        const reason = error.name === "TimeoutError" ? "it does not answer" : error instanceof TypeError ? "it cannot be reached" : error.message;
        if (failures >= failuresMax) {
          this.tell(`The station's sound cannot be had: ${reason}. Press play to try again.`, "lost");
          this.audio.pause();
          break;
        }
        const wait = waits[Math.min(failures, waits.length) - 1];
        this.tell(`The sound broke off: ${reason}. Trying again in ${wait} s.`, "lost");
        await sleep(wait, signal);
      }
    }
    // Somebody may have pressed play again in the meantime.
    if (this.stop.signal === signal) {
      this.stop = null;
      if (!this.audio.paused) this.run();
    }
  }

  /** After what the browser could not decode, the player needs a new buffer. */
  async reopen() {
    this.isOpening = true;
    try {
      this.next = null;
      for (const cue of [...(this.track.cues ?? [])]) this.track.removeCue(cue);
      await this.buffer.open();
      await this.audio.play();
    } finally {
      this.isOpening = false;
    }
  }

  /** Brings what is new, and returns how long nothing has to be done. */
  async turn(signal) {
    this.master ??= readMaster(await getText(this.address, signal), this.address);
    const { segments, target } = readMedia(await getText(this.master.sound, signal), this.master.sound);
    const fresh = this.choose(segments);
    const captions = fresh.length && this.master.captions ? await this.captions(signal) : new Map();
    for (const segment of fresh) {
      try {
        await this.take(segment, signal);
      } catch (error) {
        // It has left the station in the meantime: the next turn begins near the newest.
        if (error.status === 404) this.next = null;
        throw error;
      }
      await this.caption(captions.get(segment.number), segment, signal);
    }
    await this.buffer.trim(keptSeconds);
    this.keepNear();
    if (fresh.length) this.movedAt = Date.now();
    const behind = this.buffer.end - this.audio.currentTime;
    const still = Math.round((Date.now() - this.movedAt) / 1000);
    if (still >= stillSeconds) this.tell(`The station has sent no new sound for ${still} s. Waiting for it.`, "waiting");
    else if (behind < heardLeast) this.tell("Waiting for sound …", "waiting");
    else this.tell(`Live, ${Math.round(behind)} s behind the newest sound.`, "good");
    return target / 2;
  }

  /** What is new; at the start, and after it was left behind, only the last seconds. */
  choose(segments) {
    const last = segments.at(-1);
    if (!last) return [];
    const isLost = this.next === null || this.next < segments[0].number || this.next > last.number + 1;
    if (!isLost) return segments.filter((segment) => segment.number >= this.next);
    let place = segments.length, seconds = 0;
    while (place > 0 && (seconds + segments[place - 1].seconds <= startSeconds || place === segments.length)) {
      place -= 1;
      seconds += segments[place].seconds;
    }
    this.isRestarting = true;
    this.map = null;
    return segments.slice(place);
  }

  async take(segment, signal) {
    if (segment.map && (segment.map !== this.map || segment.broken)) {
      const start = await (await get(segment.map, signal)).arrayBuffer();
      await this.buffer.append(start);
      this.units = unitsPerSecond(start);
      this.map = segment.map;
    }
    const bytes = await (await get(segment.address, signal)).arrayBuffer();
    segment.start = this.buffer.end;
    segment.begin = beginning(bytes) / this.units;
    await this.buffer.append(bytes);
    this.next = segment.number + 1;
    if (this.isRestarting) {
      // What is older in the buffer is no longer live.
      this.isRestarting = false;
      this.audio.currentTime = segment.start;
    }
  }

  /** Where the captions of each segment are, by its number; sound goes on without them. */
  async captions(signal) {
    try {
      const { segments } = readMedia(await getText(this.master.captions, signal), this.master.captions);
      return new Map(segments.map((segment) => [segment.number, segment.address]));
    } catch (error) {
      if (signal.aborted) throw error;
      return new Map();
    }
  }

  async caption(address, segment, signal) {
    if (!address) return;
    let cues = [];
    try {
      cues = readCaptions(await getText(address, signal), segment.begin);
    } catch (error) {
      if (signal.aborted) throw error;
    }
    for (const old of [...this.track.cues]) {
      if (old.endTime < this.audio.currentTime - keptSeconds) this.track.removeCue(old);
    }
    // A cue stands in every segment that it reaches into.
    for (const { start, end, text } of cues) {
      const [from, until] = [segment.start + start, segment.start + end];
      const isKnown = [...this.track.cues].some((cue) => cue.text === text && Math.abs(cue.startTime - from) < 0.5);
      if (!isKnown && this.track.cues.length < cuesMax) this.track.addCue(new VTTCue(Math.max(0, from), until, text));
    }
  }

  /** Stays near the newest sound, but not too near: whoever fell far behind goes on nearer to it. */
  keepNear() {
    const { end } = this.buffer;
    // What the station loses is missing from what the player holds ready: after some losses it would stand still.
    const ahead = end - this.audio.currentTime;
    if (ahead < thinSeconds) this.audio.playbackRate = slowRate;
    else if (ahead >= enoughSeconds) this.audio.playbackRate = 1;
    if (end - this.audio.currentTime > behindMax || this.audio.currentTime > end + 1) this.audio.currentTime = Math.max(0, end - startSeconds);
  }
}
