// Reads what the station's playlists and captions say. Nothing here asks anybody for anything.

const attribute = (line, name) => line.match(new RegExp(`[:,]${name}=(?:"([^"]*)"|([^,]*))`))?.slice(1).find((text) => text !== undefined);

/** The playlists that a master playlist leads to: of the sound, with its codecs, and of the captions if there are some. */
export const readMaster = (text, base) => {
  const lines = text.split(/\r?\n/);
  if (lines[0] !== "#EXTM3U") throw new Error("what came is no playlist");
  const place = lines.findIndex((line) => line.startsWith("#EXT-X-STREAM-INF:"));
  const sound = lines.slice(place + 1).find((line) => line && !line.startsWith("#"));
  if (place < 0 || !sound) throw new Error("the playlist names no sound");
  const captions = lines.find((line) => line.startsWith("#EXT-X-MEDIA:TYPE=SUBTITLES"));
  const captionsPath = captions && attribute(captions, "URI");
  return {
    sound: new URL(sound, base),
    codecs: attribute(lines[place], "CODECS") ?? "mp4a.40.2",
    captions: captionsPath ? new URL(captionsPath, base) : null,
  };
};

/** The segments of a media playlist, each with its number, its length in seconds and the start that its bytes need. */
export const readMedia = (text, base) => {
  const lines = text.split(/\r?\n/);
  if (lines[0] !== "#EXTM3U") throw new Error("what came is no playlist");
  const segments = [];
  let number = 0, map = null, seconds = 0, broken = false, target = 2;
  for (const line of lines) {
    const value = line.slice(line.indexOf(":") + 1);
    if (line.startsWith("#EXT-X-TARGETDURATION:")) target = Number(value) || target;
    else if (line.startsWith("#EXT-X-MEDIA-SEQUENCE:")) number = Number(value) || 0;
    else if (line.startsWith("#EXT-X-MAP:")) map = new URL(attribute(line, "URI"), base).href;
    else if (line.startsWith("#EXTINF:")) seconds = parseFloat(value) || 0;
    else if (line === "#EXT-X-DISCONTINUITY") broken = true;
    else if (line && !line.startsWith("#")) {
      segments.push({ number, map, seconds, broken, address: new URL(line, base).href });
      number += 1;
      broken = false;
    }
  }
  return { segments, target };
};

const clockSeconds = (text) => text.split(":").reduce((sum, part) => sum * 60 + parseFloat(part), 0);

/** MPEG time has so many units a second, and begins anew after so many. */
const ticks = 90000;
const ticksMax = 2 ** 33;

/**
 * The cues of a file of captions, in seconds from the start of their segment.
 *
 * @param {string} text the file
 * @param {number} begin where the segment begins on the stream's own time line, in seconds
 */
export const readCaptions = (text, begin) => {
  const mapped = Number(text.match(/^X-TIMESTAMP-MAP=MPEGTS:(\d+),LOCAL:00:00:00\.000$/m)?.[1]);
  if (Number.isNaN(mapped)) return [];
  const turned = (((mapped - begin * ticks) % ticksMax) + ticksMax) % ticksMax;
  const zero = (turned > ticksMax / 2 ? turned - ticksMax : turned) / ticks;
  return text.split(/\r?\n\r?\n/).flatMap((block) => {
    const lines = block.split(/\r?\n/);
    const place = lines.findIndex((line) => line.includes(" --> "));
    if (place < 0) return [];
    const [start, end] = lines[place].split(" --> ").map((part) => zero + clockSeconds(part.trim().split(" ")[0]));
    return end > start ? [{ start, end, text: lines.slice(place + 1).join("\n").trim() }] : [];
  });
};

/** Where the content of the first box of a name begins; `-1` where there is none. */
const findBox = (bytes, name) => {
  const letters = [...name].map((letter) => letter.charCodeAt(0));
  const place = bytes.findIndex((_, start) => letters.every((letter, index) => bytes[start + index] === letter));
  return place < 0 ? -1 : place + letters.length;
};
const boxOf = (buffer, name, size) => {
  const place = findBox(new Uint8Array(buffer, 0, Math.min(buffer.byteLength, 4096)), name);
  if (place < 0 || place + size > buffer.byteLength) throw new Error(`a segment has no ${name}`);
  return new DataView(buffer, place);
};

/** How many units of time a second has, as a stream's start says. */
export const unitsPerSecond = (start) => {
  const box = boxOf(start, "mdhd", 24);
  return box.getUint32(box.getUint8(0) === 1 ? 20 : 12);
};

/** Where a segment begins on the stream's own time line, in units of time. */
export const beginning = (segment) => {
  const box = boxOf(segment, "tfdt", 12);
  return box.getUint8(0) === 1 ? Number(box.getBigUint64(4)) : box.getUint32(4);
};
