"""Makes a tiny classifier as an ONNX file with its vocabulary, and says what ONNX Runtime itself answers to some texts.

Usage: tiny_model.py FOLDER TEXT ...; runs where `onnx` and `onnxruntime` are installed, and prints one line of JSON: the
library's path, and for each text the shares of positive, negative and neutral.
"""

from __future__ import annotations

import glob
import json
import os
import sys

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

#: Each word with what it adds to positive, negative and neutral.
WORDS = {
    "bitcoin": (0, 0, 0.25), "rises": (2, -0.5, 0), "rallies": (2.5, -1, 0), "falls": (-0.5, 2, 0),
    "hacked": (-1, 3, 0), "today": (0, 0, 0.5), "##s": (0.125, 0.125, 0), "record": (1, 0, 0), ".": (0, 0, 0.125),
}
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


def make(folder: str) -> list[str]:
    pieces = [*SPECIAL, *WORDS]
    table = numpy.array([(0, 0, 0)] * len(SPECIAL) + list(WORDS.values()), numpy.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"], axis=0),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "two"], ["wide"]),
        helper.make_node("Mul", ["rows", "wide"], ["counted"]),
        helper.make_node("ReduceSum", ["counted", "one"], ["logits"], keepdims=0),
    ]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask")
    ]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 3])]
    constants = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(numpy.array([2], numpy.int64), "two"),
        numpy_helper.from_array(numpy.array([1], numpy.int64), "one"),
    ]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(folder, "model.onnx"))
    with open(os.path.join(folder, "vocab.txt"), "w") as file:
        file.write("\n".join(pieces) + "\n")
    return pieces


def shares(session: onnxruntime.InferenceSession, pieces: list[str], text: str) -> list[float]:
    """Of a text whose words, cut at spaces and points, are all in the vocabulary."""
    words = text.lower().replace(".", " .").split()
    ids = numpy.array([[pieces.index(word) for word in ["[CLS]", *words, "[SEP]"]]], numpy.int64)
    logits = session.run(None, {"input_ids": ids, "attention_mask": numpy.ones_like(ids)})[0][0].astype(float)
    raised = numpy.exp(logits - logits.max())
    return [float(value) for value in raised / raised.sum()]


if __name__ == "__main__":
    folder, *texts = sys.argv[1:]
    pieces = make(folder)
    session = onnxruntime.InferenceSession(os.path.join(folder, "model.onnx"))
    here = os.path.dirname(onnxruntime.__file__)
    library = glob.glob(os.path.join(here, "capi", "libonnxruntime.so.*"))[0]
    print(json.dumps({"library": library, "shares": [shares(session, pieces, text) for text in texts]}))
