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

/** The cues of a file of captions, in seconds from the start of its segment. */
export const readCaptions = (text) =>
  text.split(/\r?\n\r?\n/).flatMap((block) => {
    const lines = block.split(/\r?\n/);
    const place = lines.findIndex((line) => line.includes(" --> "));
    if (place < 0) return [];
    const [start, end] = lines[place].split(" --> ").map((part) => clockSeconds(part.trim().split(" ")[0]));
    return end > start ? [{ start, end, text: lines.slice(place + 1).join("\n") }] : [];
  });
