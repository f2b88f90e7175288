"""The small ONNX reader, against files written by the onnx package."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper

from cxrviewer.heads.package import onnx_structure
from cxrviewer.heads.package.onnx_structure import inspect
from tests.builders import heads as build

node, constant = build.node, build.constant


def identity(*, outputs: dict[str, tuple[int | str, ...]] | None = None, **changes: object) -> bytes:
    nodes = [node("Identity", ["image"], ["logits"])]
    return build.model_bytes(nodes, [], outputs or {"logits": (1, 1, 32, 32)}, **changes)  # type: ignore[arg-type]


def test_a_plain_model_has_no_problems() -> None:
    assert inspect(build.good_model()) == ()
    assert inspect(build.endless_model()) == ()  # its danger is in running, not in the file


def test_the_microsoft_domain_is_allowed_and_no_other() -> None:
    assert inspect(identity(domains={"com.microsoft": 1})) == ()
    assert inspect(identity(domains={"com.evil": 1})) == ("operators of the domain 'com.evil' are not allowed",)


def test_a_custom_operator_is_found_inside_a_nested_graph() -> None:
    inner = helper.make_graph([node("Evil", [], ["x"], domain="com.evil")], "inner", [], [])
    outer = helper.make_graph([node("If", ["c"], ["x"], then_branch=inner, else_branch=inner)], "outer", [], [])
    nodes = [node("If", ["c"], ["logits"], then_branch=outer, else_branch=outer)]
    assert inspect(build.model_bytes(nodes, [], {})) == ("operators of the domain 'com.evil' are not allowed",)


def test_a_custom_operator_is_found_inside_a_local_function() -> None:
    model = onnx.load_from_string(identity())
    evil = node("Evil", ["a"], ["b"], domain="com.evil")
    model.functions.append(helper.make_function("", "F", ["a"], ["b"], [evil], [helper.make_opsetid("", 17)]))
    assert inspect(model.SerializeToString()) == ("operators of the domain 'com.evil' are not allowed",)


def external() -> onnx.TensorProto:
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")
    return tensor


def test_external_data_is_rejected_as_weight_as_attribute_and_as_sparse_weight() -> None:
    problem = ("weights in another file (external data) are not allowed",)
    nodes = [node("Identity", ["image"], ["logits"])]
    assert inspect(build.model_bytes(nodes, [external()], {})) == problem
    assert inspect(build.model_bytes([node("Constant", [], ["c"], value=external())], [], {})) == problem
    model = onnx.load_from_string(identity())
    model.graph.sparse_initializer.add().values.CopyFrom(external())
    assert inspect(model.SerializeToString()) == problem


def test_external_data_is_rejected_even_where_a_later_occurrence_takes_it_back() -> None:
    # Protobuf: of a repeated singular field the last counts. Another parser may think otherwise.
    hidden = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1], data_location=TensorProto.EXTERNAL)
    taken_back = hidden.SerializeToString() + b"\x70\x00"  # field 14, varint 0
    model = onnx.load_from_string(identity())
    graph = model.graph.SerializeToString() + b"\x2a" + bytes([len(taken_back)]) + taken_back
    model.ClearField("graph")
    data = model.SerializeToString() + b"\x3a" + varint(len(graph)) + graph
    assert onnx.load_from_string(data).graph.initializer[0].data_location == TensorProto.DEFAULT
    assert inspect(data) == ("weights in another file (external data) are not allowed",)


def varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def test_a_second_graph_field_is_looked_at_too() -> None:
    # Protobuf merges the two; a reader that stops at the first would miss this one.
    evil = build.model_bytes([node("Evil", [], ["x"], domain="com.evil")], [], {})
    assert inspect(identity() + evil) == ("operators of the domain 'com.evil' are not allowed",)


def test_a_tensor_that_only_claims_to_be_huge_is_rejected() -> None:
    claims = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2**20, 2**20])
    nodes = [node("Identity", ["image"], ["logits"])]
    assert inspect(build.model_bytes(nodes, [claims], {})) == ("a tensor has more than 134217728 elements",)
    assert inspect(identity(outputs={"logits": (1, 2**40)})) == ("a tensor has more than 134217728 elements",)


def test_operators_that_open_other_files_are_rejected() -> None:
    nodes = [node("EPContext", ["image"], ["logits"], domain="com.microsoft", ep_cache_context="../x.bin")]
    assert inspect(build.model_bytes(nodes, [], {})) == ("the operator EPContext is not allowed",)


def test_limits_on_operators_nesting_and_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_structure, "MAX_NODES", 3)
    assert inspect(build.good_model()) == ("the model has more than 3 operators",)
    monkeypatch.undo()
    graph = helper.make_graph([], "g", [], [])
    for _ in range(onnx_structure.MAX_DEPTH + 1):
        graph = helper.make_graph([node("If", ["c"], ["x"], then_branch=graph)], "g", [], [])
    nested = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString()
    assert inspect(nested) == ("graphs are nested more than 12 deep",)
    many: dict[str, tuple[int | str, ...]] = {f"o{n}": (1,) for n in range(17)}
    assert inspect(identity(outputs=many)) == ("the model has more than 16 outputs",)


def test_the_operators_counted_are_those_the_onnx_package_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = len(onnx.load_from_string(build.good_model()).graph.node)
    monkeypatch.setattr(onnx_structure, "MAX_NODES", nodes)
    assert inspect(build.good_model()) == ()


@pytest.mark.parametrize("data", [b"", b"ORTM" * 100, b"\x08", np.zeros(1000, np.uint8).tobytes()])
def test_what_is_no_onnx_file_has_a_problem(data: bytes) -> None:
    assert inspect(data)


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    inspect(data)


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_no_damage_to_a_real_model_makes_it_raise(position: int, value: int) -> None:
    damaged = bytearray(build.good_model())
    damaged[position % len(damaged)] = value
    inspect(bytes(damaged))
