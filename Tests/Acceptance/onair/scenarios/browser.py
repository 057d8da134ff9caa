"""A real browser on the page to listen on: it goes on playing whatever is killed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from harness.bench import Bench
from harness.station import Station
from harness.waiting import Late, wait_for
from listening import air, sound
from listening.listener import Listener
from pages.browser import PROGRAM, Browsers

from .kills import kill

NAME = "browser"
TITLE = "Chromium on /listen plays on, without 2 s of standing still, while daemon, ffmpeg and playout are killed"

#: From a kill until the next, in seconds.
EVERY = 15
STALL_SECONDS_MAX = 2.0

#: The page itself looks how far it has played, and how loud what comes out is, so that no question comes late.
_WATCH = """() => {
  const audio = document.getElementById("player");
  const context = new AudioContext();
  const ear = context.createAnalyser();
  ear.fftSize = 4096;
  context.resume();
  const samples = new Float32Array(ear.fftSize);
  window.looks = [];
  let stream = null;
  setInterval(() => {
    // A player that begins anew has other tracks.
    if (!stream || !stream.getAudioTracks().some((track) => track.readyState === "live")) {
      const next = audio.captureStream();
      if (next.getAudioTracks().length) { stream = next; context.createMediaStreamSource(stream).connect(ear); }
    }
    ear.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    window.looks.push([Date.now() / 1000, audio.currentTime, 10 * Math.log10(power + 1e-12)]);
  }, 50);
}"""
#: Browsers that read playlists by themselves get the page's own feeder all the same.
_ONLY_FEEDER = 'HTMLMediaElement.prototype.canPlayType = () => "";'
_STATE = """() => {
  const audio = document.getElementById("player");
  return {
    time: audio.currentTime, paused: audio.paused, ready: audio.readyState, note: document.getElementById("player-note").textContent,
    error: audio.error && audio.error.message,
  };
}"""


def run(bench: Bench) -> None:
    if not sound.is_there() or not Path(PROGRAM).exists():
        bench.skip("everything", "ffmpeg or Chromium is not installed")
        return
    station = air.station(bench, exchange=bench.exchange())
    station.start()
    Listener(station.port).start().first_sound(30)
    browsers = Browsers(bench, station)
    _listens(bench, station, browsers, "the page's feeder (MSE)", _ONLY_FEEDER)
    _listens(bench, station, browsers, "as Chromium chooses", "")
    station.stop()


def _listens(bench: Bench, station: Station, browsers: Browsers, way: str, script: str) -> None:
    with browsers.sight() as sight:
        if script:
            sight.context.add_init_script(script)
        page = sight.open("/listen")
        able = page.evaluate("""() => Boolean(window.MediaSource?.isTypeSupported('audio/mp4; codecs="mp4a.40.2"'))""")
        native = page.evaluate("""() => document.createElement("audio").canPlayType("application/vnd.apple.mpegurl")""")
        if not able and not native:
            bench.skip(f"{way}: the sound", f"Chromium {browsers.version} decodes no AAC (mp4a.40.2): MediaSource refuses it")
            return
        # By the keyboard, as a person does it: browsers let nothing sound by itself.
        page.locator("#player").focus()
        pressed = time.monotonic()
        page.keyboard.press("Space")
        figure = f"{way}: from pressing play to half a second of sound"
        try:
            wait_for("play", 15, lambda: page.evaluate(_STATE)["time"] > 0.5, every=0.1)
        except Late:
            bench.check(figure, "at most 5 s", f"not within 15 s: {page.evaluate(_STATE)}", False)
            return
        bench.at_most(figure, time.monotonic() - pressed, 5, "s")
        page.evaluate(_WATCH)
        source = "the playlist" if page.evaluate('document.getElementById("player").currentSrc').endswith(".m3u8") else "a MediaSource"
        bench.check(f"{way}: Chromium {browsers.version}", "plays a MediaSource, or the playlist by itself", f"plays {source}",
                    not script or source == "a MediaSource")
        _plays(bench, station, page, way)


def _plays(bench: Bench, station: Station, page: Any, way: str) -> None:
    # Once it is as far from the newest sound as it wants to be.
    page.wait_for_timeout(8000)
    begun = page.evaluate("Date.now() / 1000")
    marks: list[tuple[str, float]] = []
    for _ in range(1 if bench.quick else 3):
        for victim in ("daemon", "ffmpeg", "playout"):
            marks.append((victim, time.time()))
            kill(station, victim)
            # The driver has to be served meanwhile: it brings what the page does.
            page.wait_for_timeout(EVERY * 1000)
    looks: list[Look] = [tuple(one) for one in page.evaluate("window.looks") if one[0] >= begun]
    state = page.evaluate(_STATE)
    for victim in ("daemon", "ffmpeg", "playout"):
        worst, jump, quiet = 0.0, 0.0, 0.0
        for (what, at), until in zip(marks, [at for _, at in marks[1:]] + [looks[-1][0]]):
            if what == victim:
                part = [one for one in looks if at - 1 <= one[0] < until]
                worst, jump, quiet = max(worst, stall(part)), max(jump, jumped(part)), max(quiet, silent(part))
        bench.check(f"{way}: while the {victim} is killed", f"never stands still for more than {STALL_SECONDS_MAX:g} s, never silent for 2 s",
                    f"{worst:.2f} s at most, silent {quiet:.2f} s; jumps {jump:.1f} s forward at most", worst <= STALL_SECONDS_MAX and quiet < 2)
    wall, played = looks[-1][0] - looks[0][0], looks[-1][1] - looks[0][1]
    bench.check(f"{way}: {wall:.0f} s of playing", "as many of sound, 3 less at most; it still plays, without an error", f"{played:.1f} s; {state}",
                played >= wall - 3 and not state["paused"] and not state["error"])


Look = tuple[float, float, float]
"""When, how far it has played, and how loud that is in dB."""


def silent(looks: list[Look]) -> float:
    """The longest time below the level of silence."""
    longest, since = 0.0, None
    for at, _, level in looks:
        if level >= sound.SILENCE:
            since = None
        else:
            since = at if since is None else since
            longest = max(longest, at - since)
    return longest


def stall(looks: list[Look]) -> float:
    """The longest time without progress."""
    longest, since = 0.0, looks[0] if looks else None
    for one in looks:
        if since is None or one[1] != since[1]:
            since = one
        longest = max(longest, one[0] - since[0])
    return longest


def jumped(looks: list[Look]) -> float:
    """How much was passed over at once."""
    return max((b[1] - a[1] - (b[0] - a[0]) for a, b in zip(looks, looks[1:])), default=0.0)
