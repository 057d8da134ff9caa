"""How much the classifiers agree with people, by the operator's own command."""

from __future__ import annotations

import csv
import json
from typing import Any

from harness.bench import Bench
from harness.exchange import data_folder
from harness.station import Station

NAME = "sentiment"
TITLE = "classifiers agree with people as much as they are said to, on texts that they were not trained on"

PHRASES, CRYPTO = "phrasebank_dev.csv", "cryptolin_dev.csv"
HEADLINES, EMOTIONS = "semeval2017_task5_headlines_dev.json", "stockemotions_val.csv"


def run(bench: Bench) -> None:
    folder = data_folder() / "sentiment"
    if not folder.is_dir():
        bench.impossible("classifiers against what people say", f"there is no {folder}")
        return
    files = {name: str(folder / name) for name in (PHRASES, CRYPTO, HEADLINES, EMOTIONS)}
    station = bench.station()
    own = _evaluate(station, files[CRYPTO])
    bench.check(
        "the model that is part of the program, on crypto headlines", "better than always neutral by macro F1 (0.2)",
        _figures(own), own["macroF1"] > 0.4 and own["trainedOn"] == 0,
    )
    agreed, others = _split(bench, files[PHRASES])
    phrases = _trained(bench, station, "phrases", [others, files[HEADLINES], files[EMOTIONS]], agreed)
    bench.check(
        "sentences on which all annotators agree, after training on others", "accuracy at least 0.80, none seen before",
        _figures(phrases), phrases["accuracy"] >= 0.80 and phrases["trainedOn"] == 0,
    )
    crypto = _trained(bench, station, "crypto", [files[PHRASES], files[HEADLINES], files[EMOTIONS]], files[CRYPTO])
    bench.check(
        "crypto headlines, after training on none of them", "accuracy at least 0.58, macro F1 at least 0.52",
        _figures(crypto), crypto["accuracy"] >= 0.58 and crypto["macroF1"] >= 0.52 and crypto["trainedOn"] == 0,
    )


def _split(bench: Bench, path: str) -> tuple[str, str]:
    """The sentences on which all annotators agree, and the others, as files of their own."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    paths = []
    for name, is_wanted in (("agreed", True), ("others", False)):
        target = bench.folder / f"{name}.csv"
        with target.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ["sentence", "label"], extrasaction="ignore")
            writer.writeheader()
            writer.writerows(row for row in rows if (row["agree"] == "All") == is_wanted)
        paths.append(str(target))
    return paths[0], paths[1]


def _figures(found: dict[str, Any]) -> str:
    return f"accuracy {found['accuracy']:.3f}, macro F1 {found['macroF1']:.3f}, {found['texts']} texts, {found['trainedOn']} of them seen"


def _trained(bench: Bench, station: Station, name: str, sources: list[str], judging: str) -> dict[str, Any]:
    model = str(bench.folder / f"{name}.model")
    done = station.ctl("sentiment", "train", *sources, "--leave-out", judging, "--out", model, seconds=120)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return _evaluate(station, judging, "--model", model)


def _evaluate(station: Station, file: str, *more: str) -> dict[str, Any]:
    done = station.ctl("sentiment", "evaluate", file, "--json", *more, seconds=120)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return dict(json.loads(done.stdout))
